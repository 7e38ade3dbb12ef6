-- Services of which nothing but the status changed, in the same way, where so many (?1) of a generation did, and not whether they
-- are in force. What a status brings along doesn't count.
CREATE TEMP TABLE told_alike AS
WITH one AS (
  SELECT after, entity, min(before) AS before,
         min(old) FILTER (WHERE what = 'status') AS old, min(new) FILTER (WHERE what = 'status') AS new
    FROM temp.told
   WHERE NOT own
   GROUP BY after, entity
  HAVING max(kind = 'changed' AND what = 'status')
     AND count(*) FILTER (WHERE what NOT IN ('status.source', 'status.list', 'status.changelog', 'in-force.basis')) = 1),
same AS (
  SELECT * FROM one
   WHERE (SELECT text FROM value v WHERE v.entity = one.entity AND v.field = $F.IN_FORCE
             AND gen_from <= before AND (gen_to IS NULL OR gen_to > before))
      IS (SELECT text FROM value v WHERE v.entity = one.entity AND v.field = $F.IN_FORCE
             AND gen_from <= after AND (gen_to IS NULL OR gen_to > after))),
counted AS (SELECT *, count(*) OVER (PARTITION BY after, old, new) AS alike FROM same)
SELECT after, entity, old, new FROM counted WHERE alike >= ?1;
