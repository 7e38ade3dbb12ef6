-- The difference becomes rows of a new generation (staged_run.gen).

INSERT INTO field (id, name, type, meaning, meaning_ja) SELECT id, name, type, meaning, meaning_ja FROM staged_field;
INSERT INTO entity (kind, key)
SELECT kind, key FROM staged_entity WHERE id IS NULL ORDER BY sid;
UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key)
 WHERE id IS NULL;

UPDATE value SET gen_to = (SELECT gen FROM staged_run) WHERE id IN (SELECT id FROM ended_value);
UPDATE link SET gen_to = (SELECT gen FROM staged_run) WHERE id IN (SELECT id FROM ended_link);
UPDATE presence SET gen_to = (SELECT gen FROM staged_run) WHERE id IN (SELECT id FROM ended_presence);

INSERT INTO presence (entity, kind, parent, name, gen_from)
SELECT s.id, s.kind, d.id, p.name, run.gen
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
SELECT v.entity, $R.SELF, run.gen FROM staged_run run CROSS JOIN value v ON v.gen_from = run.gen
UNION
SELECT v.entity, $R.SELF, run.gen FROM staged_run run CROSS JOIN value v ON v.gen_to = run.gen
UNION
SELECT l.entity, l.relation, run.gen FROM staged_run run CROSS JOIN link l ON l.gen_from = run.gen
UNION
SELECT l.entity, l.relation, run.gen FROM staged_run run CROSS JOIN link l ON l.gen_to = run.gen
UNION
SELECT p.parent, $R.SELF, run.gen FROM staged_run run CROSS JOIN presence p ON p.gen_from = run.gen
UNION
SELECT p.parent, $R.SELF, run.gen FROM staged_run run CROSS JOIN presence p ON p.gen_to = run.gen
UNION
SELECT p.entity, $R.SELF, run.gen FROM staged_run run CROSS JOIN presence p ON p.gen_from = run.gen;
-- A subdirectory of links exists while there is a link in it: where one came or
-- went, the directory above changed too.
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT t.entity, $R.SELF, t.gen
  FROM staged_run run
 CROSS JOIN touch t ON t.gen = run.gen
 WHERE t.relation <> $R.SELF
   AND (NOT EXISTS (SELECT 1 FROM link l WHERE l.entity = t.entity AND l.relation = t.relation
                       AND l.gen_to IS NULL)
        OR NOT EXISTS (SELECT 1 FROM link l WHERE l.entity = t.entity AND l.relation = t.relation
                          AND l.gen_from < run.gen AND (l.gen_to IS NULL OR l.gen_to = run.gen)));

-- What changed about services, for changes/. It is told only against something
-- comparable: that a service is new, when the publication before was the whole
-- list; that a value is another, when the same source read the one before. A
-- service that leaves, comes or returns is one change, whatever its values do.
INSERT INTO before (complete, source)
SELECT complete, source FROM generation
 WHERE id < (SELECT gen FROM staged_run) AND source NOT IN ('prune', 'upgrade') ORDER BY id DESC LIMIT 1;
INSERT INTO change (gen, kind, entity, old_value, new_value)
SELECT gen, kind, entity,
       iif(kind = 'delisted', name, NULL), iif(kind = 'delisted', NULL, name)
  FROM (SELECT run.gen AS gen, e.key AS key, p.entity AS entity,
               CASE WHEN c.key = 'delisted' THEN 'delisted'
                    WHEN EXISTS (SELECT 1 FROM presence o JOIN entity d ON d.id = o.parent
                                  WHERE o.entity = p.entity AND d.key = 'delisted' AND o.gen_to = run.gen)
                    THEN 'returned' ELSE 'added' END AS kind,
               (SELECT id FROM value v WHERE v.entity = p.entity AND v.field = $F.NAME AND v.gen_to IS NULL) AS name
          FROM staged_run run
         CROSS JOIN presence p ON p.gen_from = run.gen
         CROSS JOIN entity e ON e.id = p.entity AND e.kind = $K.SERVICE
         CROSS JOIN entity c ON c.id = p.parent) AS told
 WHERE (kind <> 'added' OR (SELECT complete FROM before) = 1)
   -- What was never listed here is history, not news.
   AND (kind <> 'delisted' OR EXISTS (SELECT 1 FROM presence o JOIN entity d ON d.id = o.parent
                                       WHERE o.entity = told.entity AND d.key = 'services'))
 ORDER BY key;
-- Services that were and are listed: their values and links.
INSERT INTO stayed (entity)
SELECT p.entity
  FROM entity d
 CROSS JOIN presence p ON p.parent = d.id AND p.gen_to IS NULL AND p.gen_from < (SELECT gen FROM staged_run)
 WHERE d.kind = $K.COLLECTION AND d.key = 'services';
INSERT INTO changed (entity, field, old_value, new_value)
SELECT c.entity, field, max(old_value), max(new_value)
  FROM (SELECT v.entity AS entity, v.field AS field, NULL AS old_value, v.id AS new_value
          FROM staged_run run CROSS JOIN value v ON v.gen_from = run.gen
        UNION ALL
        SELECT v.entity, v.field, v.id, NULL
          FROM staged_run run CROSS JOIN value v ON v.gen_to = run.gen) AS c
  JOIN stayed USING (entity)
  JOIN entity e ON e.id = c.entity
 -- What only explains another value or link is no news.
 WHERE field NOT IN (SELECT field FROM untold_field) AND field NOT IN ($F.IN_FORCE_BASIS, $F.CONTROLS_BASIS)
 GROUP BY c.entity, field
 ORDER BY e.key, field;
-- A link that only leads elsewhere, as its target moved, is the same link.
INSERT INTO changed (entity, relation, old_link, new_link)
SELECT c.entity, c.relation, max(c.old_link), max(c.new_link)
  FROM (SELECT l.entity AS entity, l.relation AS relation, l.name AS name, l.target AS target,
               NULL AS old_link, l.id AS new_link
          FROM staged_run run CROSS JOIN link l ON l.gen_from = run.gen
        UNION ALL
        SELECT l.entity, l.relation, l.name, l.target, l.id, NULL
          FROM staged_run run CROSS JOIN link l ON l.gen_to = run.gen) AS c
  JOIN stayed USING (entity)
  JOIN entity e ON e.id = c.entity
 WHERE iif(c.relation = $R.SELF, c.name = 'controls', c.relation IN ($R.CONTROLS, $R.LEVERAGES))
   AND iif(c.relation = $R.LEVERAGES, $F.LEVERAGES_UNLISTED, $F.CONTROLS_BASIS) NOT IN (SELECT field FROM untold_field)
 GROUP BY c.entity, c.relation, iif(c.relation = $R.SELF, 0, c.target)
HAVING c.relation = $R.SELF OR max(c.old_link) IS NULL OR max(c.new_link) IS NULL
 ORDER BY e.key, c.relation, c.name;
-- What another source says otherwise didn't change.
INSERT INTO change (gen, kind, entity, field, old_value, new_value, relation, old_link, new_link)
SELECT run.gen, 'changed', entity, field, old_value, new_value, relation, old_link, new_link
  FROM staged_run run CROSS JOIN changed
 WHERE (SELECT source FROM before) = (SELECT source FROM generation WHERE id = run.gen)
 ORDER BY changed.id;

-- What .registry shows of the generation itself.
INSERT INTO registry_value (field, text)
WITH g AS (SELECT * FROM generation WHERE id = (SELECT gen FROM staged_run))
SELECT $F.GENERATION, id FROM g
UNION ALL SELECT $F.PUBLISHED, strftime('%Y-%m-%dT%H:%M:%SZ', published_at / 1000, 'unixepoch') FROM g
UNION ALL SELECT $F.PUBLISHED_BASIS, published_basis FROM g
UNION ALL SELECT $F.DAY, day FROM g
UNION ALL SELECT $F.FETCHED, strftime('%Y-%m-%dT%H:%M:%SZ', fetched_at / 1000, 'unixepoch') FROM g
UNION ALL SELECT $F.SOURCE, source FROM g
UNION ALL SELECT $F.LOCATION, d.location FROM g JOIN source_document d ON d.generation = g.id AND d.role = 'list'
UNION ALL SELECT $F.SHA256, d.sha256 FROM g JOIN source_document d ON d.generation = g.id AND d.role = 'list'
UNION ALL SELECT $F.DOCUMENTS, group_concat(line, char(10))
  FROM (SELECT d.role || ' ' || d.shape || ' ' || d.sha256 || ' ' || d.location AS line
          FROM g JOIN source_document d ON d.generation = g.id ORDER BY d.role, d.location)
UNION ALL SELECT $F.COMPLETE, iif(complete, 'yes', 'no') FROM g
UNION ALL SELECT $F.SERVICE_COUNT, services FROM g
UNION ALL SELECT $F.UUID, uuid FROM store
UNION ALL SELECT $F.TIME_ZONE, time_zone FROM store
UNION ALL SELECT $F.LANGUAGE, language FROM store
UNION ALL SELECT $F.REGISTRY, registry FROM store;
DELETE FROM registry_value
 WHERE EXISTS (SELECT 1 FROM value v JOIN entity e ON e.id = v.entity AND e.kind = $K.REGISTRY
                WHERE v.field = registry_value.field AND v.gen_to IS NULL AND v.text = registry_value.text);
UPDATE value SET gen_to = (SELECT gen FROM staged_run)
 WHERE gen_to IS NULL AND entity = (SELECT id FROM entity WHERE kind = $K.REGISTRY)
   AND field IN (SELECT field FROM registry_value);
INSERT INTO value (entity, field, gen_from, size, text)
SELECT e.id, r.field, run.gen,
       CASE r.text WHEN '' THEN 0 ELSE length(CAST(r.text AS BLOB)) + 1 END, r.text
  FROM registry_value r JOIN entity e ON e.kind = $K.REGISTRY CROSS JOIN staged_run run;
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT e.id, $R.SELF, run.gen FROM entity e CROSS JOIN staged_run run WHERE e.kind = $K.REGISTRY;

-- Documents of another shape are one change.
INSERT INTO change (gen, kind, entity, field, old_value, new_value)
SELECT run.gen, 'publication', 1, $F.DOCUMENTS,
       (SELECT v.id FROM value v WHERE v.entity = e.id AND v.field = $F.DOCUMENTS AND v.gen_to = run.gen),
       (SELECT v.id FROM value v WHERE v.entity = e.id AND v.field = $F.DOCUMENTS AND v.gen_to IS NULL)
  FROM staged_run run
  JOIN entity e ON e.kind = $K.REGISTRY
 WHERE EXISTS (SELECT 1 FROM known_shape)
   AND EXISTS (SELECT role, shape FROM read_shape EXCEPT SELECT role, shape FROM known_shape)
   AND (SELECT source FROM before) = (SELECT source FROM generation WHERE id = run.gen);
