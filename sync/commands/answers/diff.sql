-- How the list differs between two generations (?1 before, ?2 after): kind,
-- service, field or relation, old, new. What comes or goes is one row; values and
-- links are compared of the services that stay.
WITH
before AS (
  SELECT p.entity AS entity FROM presence p JOIN entity c ON c.id = p.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
   WHERE p.gen_from <= ?1 AND (p.gen_to IS NULL OR p.gen_to > ?1)),
after AS (
  SELECT p.entity AS entity FROM presence p JOIN entity c ON c.id = p.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
   WHERE p.gen_from <= ?2 AND (p.gen_to IS NULL OR p.gen_to > ?2)),
stayed AS (SELECT entity FROM before INTERSECT SELECT entity FROM after),
old AS (
  SELECT v.entity AS entity, v.field AS field, v.text AS text FROM stayed JOIN value v USING (entity)
   WHERE v.gen_from <= ?1 AND (v.gen_to IS NULL OR v.gen_to > ?1)),
new AS (
  SELECT v.entity AS entity, v.field AS field, v.text AS text FROM stayed JOIN value v USING (entity)
   WHERE v.gen_from <= ?2 AND (v.gen_to IS NULL OR v.gen_to > ?2)),
pair AS (
  SELECT entity, field, old.text AS old, new.text AS new FROM old LEFT JOIN new USING (entity, field)
  UNION ALL
  SELECT entity, field, NULL, text FROM new
   WHERE NOT EXISTS (SELECT 1 FROM old WHERE old.entity = new.entity AND old.field = new.field)),
-- Controls of the own statement, the baseline, what it is built on.
declared AS (
  SELECT l.entity AS entity, l.gen_from AS gen_from, l.gen_to AS gen_to, 10000 + l.relation AS rank,
         iif(l.relation = $R.SELF, 'baseline', r.name) AS word, iif(l.relation = $R.SELF, t.key, l.name) AS shown
    FROM stayed JOIN link l USING (entity) JOIN relation r ON r.id = l.relation JOIN entity t ON t.id = l.target
   WHERE l.relation IN ($R.CONTROLS, $R.LEVERAGES) OR (l.relation = $R.SELF AND l.name = 'controls')),
old_link AS (SELECT * FROM declared WHERE gen_from <= ?1 AND (gen_to IS NULL OR gen_to > ?1)),
new_link AS (SELECT * FROM declared WHERE gen_from <= ?2 AND (gen_to IS NULL OR gen_to > ?2))
SELECT 'delisted', e.key AS service, '', coalesce((SELECT v.text FROM value v WHERE v.entity = e.id AND v.field = $F.NAME
         AND v.gen_from <= ?1 AND (v.gen_to IS NULL OR v.gen_to > ?1)), '') AS old, '' AS new, 0 AS rank
  FROM before JOIN entity e ON e.id = before.entity
 WHERE before.entity NOT IN (SELECT entity FROM stayed)
UNION ALL
SELECT 'added', e.key, '', '', coalesce((SELECT v.text FROM value v WHERE v.entity = e.id AND v.field = $F.NAME
         AND v.gen_from <= ?2 AND (v.gen_to IS NULL OR v.gen_to > ?2)), ''), 0
  FROM after JOIN entity e ON e.id = after.entity
 WHERE after.entity NOT IN (SELECT entity FROM stayed)
UNION ALL
SELECT 'changed', e.key, f.name, coalesce(old, ''), coalesce(new, ''), f.id
  FROM pair JOIN entity e ON e.id = pair.entity JOIN field f ON f.id = pair.field
 WHERE old IS NOT new
UNION ALL
SELECT 'changed', e.key, word, shown, '', rank FROM old_link o JOIN entity e ON e.id = o.entity
 WHERE (o.entity, word, shown) NOT IN (SELECT entity, word, shown FROM new_link)
UNION ALL
SELECT 'changed', e.key, word, '', shown, rank FROM new_link n JOIN entity e ON e.id = n.entity
 WHERE (n.entity, word, shown) NOT IN (SELECT entity, word, shown FROM old_link)
 ORDER BY service, rank, old, new;
