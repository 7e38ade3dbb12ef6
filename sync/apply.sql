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

-- What changed about services, for changes/. The first generation changes
-- nothing: what it lists was listed before, nobody knows since when. A service
-- that leaves, comes or returns is one change, whatever its values do.
INSERT INTO change (gen, kind, entity, old_value, new_value)
SELECT gen, kind, entity,
       iif(kind = 'delisted', name, NULL), iif(kind = 'delisted', NULL, name)
  FROM (SELECT run.gen AS gen, e.key AS key, p.entity AS entity,
               CASE WHEN c.key = 'delisted' THEN 'delisted'
                    WHEN EXISTS (SELECT 1 FROM presence o WHERE o.entity = p.entity AND o.gen_from < run.gen)
                    THEN 'returned' ELSE 'added' END AS kind,
               (SELECT id FROM value v WHERE v.entity = p.entity AND v.field = 10 AND v.gen_to IS NULL) AS name
          FROM staged_run run
          JOIN presence p ON p.gen_from = run.gen
          JOIN entity e ON e.id = p.entity AND e.kind = 5
          JOIN entity c ON c.id = p.parent
         WHERE EXISTS (SELECT 1 FROM generation g WHERE g.id < run.gen))
 ORDER BY key;
INSERT INTO change (gen, kind, entity, field, old_value, new_value)
SELECT gen, 'changed', entity, field, max(old_value), max(new_value)
  FROM (SELECT run.gen AS gen, v.entity AS entity, v.field AS field, NULL AS old_value, v.id AS new_value
          FROM staged_run run JOIN value v ON v.gen_from = run.gen
        UNION ALL
        SELECT run.gen, v.entity, v.field, v.id, NULL
          FROM staged_run run JOIN value v ON v.gen_to = run.gen) AS c
  JOIN entity e ON e.id = c.entity AND e.kind = 5
 WHERE EXISTS (SELECT 1 FROM presence p JOIN entity d ON d.id = p.parent AND d.key = 'services'
                WHERE p.entity = c.entity AND p.gen_to IS NULL AND p.gen_from < c.gen)
 GROUP BY entity, field
 ORDER BY e.key, field;
