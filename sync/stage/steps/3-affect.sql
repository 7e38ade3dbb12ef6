-- Which services of the store a publication can have changed, beside those whose
-- records are staged: what left, and whoever has links or names that depend on
-- these. All others stay as they are, and no row of theirs is looked at.

UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key)
 WHERE id IS NULL;
INSERT INTO affected (id) SELECT id FROM staged_entity WHERE kind = 5 AND id IS NOT NULL;
INSERT INTO affected (id) SELECT id FROM gone;
INSERT OR IGNORE INTO affected (id) SELECT id FROM dropped;
-- Or just everything that the store shows.
INSERT OR IGNORE INTO affected (id)
SELECT e.id
  FROM staged_run run
 CROSS JOIN entity e
 WHERE run.whole = 1 AND e.kind IN (4, 5, 6, 7)
   AND EXISTS (SELECT 1 FROM presence p WHERE p.entity = e.id AND p.gen_to IS NULL);

-- Who is built on a service that comes, goes or returns.
INSERT INTO moved (key, id)
SELECT s.key, s.id
  FROM staged_entity s
 WHERE s.kind = 5
   AND NOT EXISTS (SELECT 1 FROM presence p JOIN entity c ON c.id = p.parent AND c.key = 'services'
                    WHERE p.entity = s.id AND p.gen_to IS NULL)
UNION
SELECT e.key, g.id FROM gone g JOIN entity e ON e.id = g.id;
INSERT OR IGNORE INTO affected (id)
SELECT e.id
  FROM moved m
 CROSS JOIN staged_leverage l ON l.target = m.key
 CROSS JOIN entity e ON e.kind = 5 AND e.key = l.service
UNION
SELECT k.entity
  FROM moved m
 CROSS JOIN link k ON k.target = m.id AND k.relation = 4 AND k.gen_to IS NULL
UNION
SELECT u.entity
  FROM moved m
 CROSS JOIN reading_unlisted u ON u.key = m.key;
-- Who is built on a service by that service's record, which may say another thing now.
INSERT OR IGNORE INTO affected (id)
SELECT e.id
  FROM staged_entity s
 CROSS JOIN staged_leverage l ON l.target = s.key
 CROSS JOIN entity e ON e.kind = 5 AND e.key = l.service
 WHERE s.kind = 5
   AND NOT EXISTS (SELECT 1 FROM link k WHERE k.entity = e.id AND k.relation = 4 AND k.name = s.key
                      AND k.gen_to IS NULL)
UNION
SELECT k.entity
  FROM staged_entity s
 CROSS JOIN link k ON k.target = s.id AND k.relation = 4 AND k.gen_to IS NULL
 CROSS JOIN entity e ON e.id = k.entity
 WHERE s.kind = 5
   AND NOT EXISTS (SELECT 1 FROM staged_leverage l WHERE l.service = e.key AND l.target = s.key);

-- Providers of which the publication, though it is the whole list, states
-- nothing any more beside their services: their names alone are staged.
INSERT INTO staged_entity (kind, key, name, id)
SELECT e.kind, e.key, r.name, e.id
  FROM staged_run run
 CROSS JOIN reading_facts f
 CROSS JOIN entity e ON e.id = f.entity
 CROSS JOIN reading r ON r.entity = f.entity
 WHERE run.complete = 1 AND run.whole = 0 AND f.entity NOT IN (SELECT id FROM restated)
   AND NOT EXISTS (SELECT 1 FROM staged_entity s WHERE s.kind = e.kind AND s.key = e.key)
   AND EXISTS (SELECT 1 FROM link l JOIN restated t ON t.id = l.target
                WHERE l.entity = f.entity AND l.relation = 1 AND l.gen_to IS NULL);
INSERT INTO staged_value (sid, field, text)
SELECT sid, 10, name FROM staged_entity WHERE kind IN (6, 7) AND name <> ''
ON CONFLICT DO NOTHING;
INSERT INTO affected (id)
SELECT f.entity
  FROM staged_run run
 CROSS JOIN reading_facts f
 WHERE run.complete = 1 AND f.entity NOT IN (SELECT id FROM restated)
ON CONFLICT DO NOTHING;
