-- tables/declarations.csv: a service declares a baseline, or single controls; never
-- their product, which would be hundreds of thousands of lines.
SELECT p.name AS service, iif(t.kind = $K.BASELINE, 'level', 'statement') AS basis, k.name AS kind, t.key AS target
  FROM presence p
  JOIN entity c ON c.id = p.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
  JOIN link l ON l.entity = p.entity AND l.gen_to IS NULL
             AND (l.relation = $R.CONTROLS OR (l.relation = $R.SELF AND l.name = 'controls'))
  JOIN entity t ON t.id = l.target
  JOIN kind k ON k.id = t.kind
 WHERE p.gen_to IS NULL
 ORDER BY p.name, t.key;
