-- Services that the store shows with one of the statuses ?2, a JSON array, and
-- whose date has passed on the day ?1: since which day, and that they get the
-- status ?3. A generation that came after a date, but doesn't mark it, was not
-- made under the rule; its own day is then the earliest possible.
INSERT INTO due (day, key, status)
SELECT max(date(v.text, '+1 day'), g.day), e.key, ?3
  FROM (SELECT day FROM generation WHERE source NOT IN ('prune', 'upgrade') ORDER BY id DESC LIMIT 1) g
  JOIN entity c ON c.kind = $K.COLLECTION AND c.key = 'services'
  JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
  JOIN entity e ON e.id = p.entity
  JOIN value s ON s.entity = e.id AND s.field = $F.STATUS AND s.gen_to IS NULL
  JOIN value v ON v.entity = e.id AND v.field = $F.VALID_UNTIL AND v.gen_to IS NULL
 WHERE s.text IN (SELECT value FROM json_each(?2))
   AND length(v.text) = 10 AND date(v.text, '+1 day') <= ?1;
