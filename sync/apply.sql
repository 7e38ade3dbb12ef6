-- The difference becomes rows of a new generation (staged_run.gen).

INSERT INTO entity (kind, key)
SELECT kind, key FROM staged_entity WHERE id IS NULL ORDER BY sid;
UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key)
 WHERE id IS NULL;

UPDATE value SET gen_to = (SELECT gen FROM staged_run) WHERE id IN (SELECT id FROM ended_value);
UPDATE link SET gen_to = (SELECT gen FROM staged_run) WHERE id IN (SELECT id FROM ended_link);
UPDATE presence SET gen_to = (SELECT gen FROM staged_run) WHERE id IN (SELECT id FROM ended_presence);

INSERT INTO presence (entity, parent, name, gen_from)
SELECT s.id, d.id, p.name, run.gen
  FROM new_presence n
  JOIN staged_presence p ON p.sid = n.sid
  JOIN staged_entity s ON s.sid = n.sid
  JOIN staged_entity d ON d.sid = p.parent
  CROSS JOIN staged_run run
 ORDER BY d.id, p.name;
INSERT INTO value (entity, field, gen_from, size, text)
SELECT s.id, v.field, run.gen,
       CASE v.text WHEN '' THEN 0 ELSE length(CAST(v.text AS BLOB)) + 1 END, v.text
  FROM new_value n
  JOIN staged_value v ON v.sid = n.sid AND v.field = n.field
  JOIN staged_entity s ON s.sid = n.sid
  CROSS JOIN staged_run run
 ORDER BY s.id, v.field;
INSERT INTO link (entity, relation, name, target, path, gen_from)
SELECT s.id, l.relation, l.name, t.id, l.path, run.gen
  FROM new_link n
  JOIN staged_link l ON l.sid = n.sid AND l.relation = n.relation AND l.name = n.name
  JOIN staged_entity s ON s.sid = l.sid
  JOIN staged_entity t ON t.sid = l.target
  CROSS JOIN staged_run run
 ORDER BY s.id, l.relation, l.name;

-- Which directories changed.
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT entity, 0, gen FROM value, staged_run WHERE gen_from = gen OR gen_to = gen
UNION
SELECT entity, relation, gen FROM link, staged_run WHERE gen_from = gen OR gen_to = gen
UNION
SELECT parent, 0, gen FROM presence, staged_run WHERE gen_from = gen OR gen_to = gen
UNION
SELECT entity, 0, gen FROM presence, staged_run WHERE gen_from = gen;
-- A subdirectory of links exists while there is a link in it: where one came or
-- went, the directory above changed too.
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT t.entity, 0, t.gen
  FROM staged_run run
  JOIN touch t ON t.gen = run.gen
 WHERE t.relation <> 0
   AND (NOT EXISTS (SELECT 1 FROM link l WHERE l.entity = t.entity AND l.relation = t.relation
                       AND l.gen_to IS NULL)
        OR NOT EXISTS (SELECT 1 FROM link l WHERE l.entity = t.entity AND l.relation = t.relation
                          AND l.gen_from < run.gen AND (l.gen_to IS NULL OR l.gen_to = run.gen)));
