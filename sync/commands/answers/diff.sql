-- How the list differs between two generations (:before, :after), with the columns of
-- changes.sql, without numbers and times. What comes or goes is one row; values and
-- links are compared of the services that stay. The last column is for the order.
WITH
before AS (
  SELECT p.entity AS entity FROM presence p JOIN entity c ON c.id = p.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
   WHERE p.gen_from <= :before AND (p.gen_to IS NULL OR p.gen_to > :before)),
after AS (
  SELECT p.entity AS entity FROM presence p JOIN entity c ON c.id = p.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
   WHERE p.gen_from <= :after AND (p.gen_to IS NULL OR p.gen_to > :after)),
stayed AS (SELECT entity FROM before INTERSECT SELECT entity FROM after),
old AS (
  SELECT v.entity AS entity, v.field AS field, v.text AS text FROM stayed JOIN value v USING (entity)
   WHERE v.gen_from <= :before AND (v.gen_to IS NULL OR v.gen_to > :before)),
new AS (
  SELECT v.entity AS entity, v.field AS field, v.text AS text FROM stayed JOIN value v USING (entity)
   WHERE v.gen_from <= :after AND (v.gen_to IS NULL OR v.gen_to > :after)),
pair AS (
  SELECT entity, field, old.text AS old, new.text AS new FROM old LEFT JOIN new USING (entity, field)
  UNION ALL
  SELECT entity, field, NULL, text FROM new
   WHERE NOT EXISTS (SELECT 1 FROM old WHERE old.entity = new.entity AND old.field = new.field)),
own AS (SELECT entity FROM pair JOIN temp.own_word w ON field = $F.STATUS AND w.former = old AND w.word = new),
-- Controls of the own statement, the baseline, what it is built on.
declared AS (
  SELECT l.entity AS entity, l.gen_from AS gen_from, l.gen_to AS gen_to, 10000 + l.relation AS rank,
         iif(l.relation = $R.SELF, 'baseline', r.name) AS word, iif(l.relation = $R.SELF, t.key, l.name) AS shown
    FROM stayed JOIN link l USING (entity) JOIN relation r ON r.id = l.relation JOIN entity t ON t.id = l.target
   WHERE l.relation IN ($R.CONTROLS, $R.LEVERAGES) OR (l.relation = $R.SELF AND l.name = 'controls')),
old_link AS (SELECT * FROM declared WHERE gen_from <= :before AND (gen_to IS NULL OR gen_to > :before)),
new_link AS (SELECT * FROM declared WHERE gen_from <= :after AND (gen_to IS NULL OR gen_to > :after)),
told (kind, entity, what, old, new, important, own, type, rank) AS (
  SELECT 'delisted', entity, '', coalesce((SELECT v.text FROM value v WHERE v.entity = before.entity AND v.field = $F.NAME
           AND v.gen_from <= :before AND (v.gen_to IS NULL OR v.gen_to > :before)), ''), '', 1, 0, '', 0
    FROM before WHERE entity NOT IN (SELECT entity FROM stayed)
  UNION ALL
  SELECT 'added', entity, '', '', coalesce((SELECT v.text FROM value v WHERE v.entity = after.entity AND v.field = $F.NAME
           AND v.gen_from <= :after AND (v.gen_to IS NULL OR v.gen_to > :after)), ''), 1, 0, '', 0
    FROM after WHERE entity NOT IN (SELECT entity FROM stayed)
  UNION ALL
  SELECT 'changed', entity, f.name, coalesce(old, ''), coalesce(new, ''),
         f.id IN ($F.LEVEL, $F.CLASS, $F.VALID_UNTIL)
           OR (f.id IN ($F.STATUS, $F.IN_FORCE) AND entity NOT IN (SELECT entity FROM own)),
         f.id IN ($F.STATUS, $F.IN_FORCE, $F.IN_FORCE_BASIS) AND entity IN (SELECT entity FROM own), f.type, f.id
    FROM pair JOIN field f ON f.id = pair.field
   WHERE old IS NOT new
  UNION ALL
  SELECT 'changed', entity, word, shown, '', 0, 0, iif(word = 'baseline', 'word', 'relation'), rank FROM old_link
   WHERE (entity, word, shown) NOT IN (SELECT entity, word, shown FROM new_link)
  UNION ALL
  SELECT 'changed', entity, word, '', shown, 0, 0, iif(word = 'baseline', 'word', 'relation'), rank FROM new_link
   WHERE (entity, word, shown) NOT IN (SELECT entity, word, shown FROM old_link))
SELECT NULL AS seq, NULL AS time, told.kind AS kind, e.key AS service, what, old, new, important, own, entity,
       :before AS before, :after AS after, '' AS day, type, rank
  FROM told JOIN entity e ON e.id = told.entity
