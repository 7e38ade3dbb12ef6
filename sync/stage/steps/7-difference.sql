-- Set arithmetic: what the store holds now of what is affected, against what is
-- staged. Controls and baselines are compared only when the publication brought
-- them along. CROSS JOIN fixes the order of the loops: an entity is looked up
-- once, not once for each of its rows.

UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key)
 WHERE id IS NULL;

-- The directories that gather affected services, or did, are affected; one that
-- nobody is staged in any more remains while an unaffected service is in it, or
-- the publication names it. So does a provider of which more was stated than a
-- name, or that never had a service, until a publication that is the whole list
-- names it no more.
INSERT OR IGNORE INTO affected (id)
SELECT k.entity
  FROM affected a
 CROSS JOIN link k ON k.target = a.id AND k.relation IN (0, 1) AND k.gen_to IS NULL
 CROSS JOIN entity e ON e.id = k.entity AND e.kind IN (4, 6, 7)
UNION
SELECT k.target
  FROM affected a
 CROSS JOIN link k INDEXED BY link_now ON k.entity = a.id AND k.relation = 0 AND k.name = 'provider' AND k.gen_to IS NULL;
INSERT OR IGNORE INTO affected (id)
SELECT id FROM staged_entity WHERE kind IN (1, 2, 4, 6, 7, 11) AND id IS NOT NULL;
INSERT OR IGNORE INTO affected (id)
SELECT e.id FROM staged_run run CROSS JOIN entity e WHERE run.catalogue = 1 AND e.kind IN (3, 8, 9);
DELETE FROM affected
 WHERE id IN (
   SELECT a.id
     FROM affected a
    CROSS JOIN entity e ON e.id = a.id AND e.kind IN (4, 6, 7)
    WHERE NOT EXISTS (SELECT 1 FROM staged_entity s WHERE s.id = a.id)
      AND (EXISTS (SELECT 1 FROM restated t WHERE t.id = a.id)
           OR (EXISTS (SELECT 1 FROM staged_run run WHERE run.complete = 0) AND e.kind = 6
               AND (EXISTS (SELECT 1 FROM value v WHERE v.entity = a.id AND v.field <> 10 AND v.gen_to IS NULL)
                    OR NOT EXISTS (SELECT 1 FROM link k INDEXED BY link_target
                                    WHERE k.target = a.id AND k.relation = 0 AND k.name = 'provider'
                                      AND k.gen_to IS NULL)))
           OR EXISTS (SELECT 1 FROM link k INDEXED BY link_now
                       WHERE k.entity = a.id AND k.relation IN (0, 1) AND k.gen_to IS NULL
                         AND k.target NOT IN (SELECT id FROM affected))
           OR EXISTS (SELECT 1 FROM link k INDEXED BY link_target
                       WHERE k.target = a.id AND k.relation = 0 AND k.name = 'provider' AND k.gen_to IS NULL
                         AND k.entity NOT IN (SELECT id FROM affected))));

-- What is new, or takes the place of something else.
INSERT INTO new_value (sid, field, old)
SELECT v.sid, v.field, o.id
  FROM staged_value v
 CROSS JOIN staged_entity s ON s.sid = v.sid
  LEFT JOIN value o ON o.entity = s.id AND o.field = v.field AND o.gen_to IS NULL
 WHERE o.id IS NULL OR o.text <> v.text;
INSERT INTO new_link (sid, relation, name, old)
SELECT l.sid, l.relation, l.name, o.id
  FROM staged_link l
 CROSS JOIN staged_entity s ON s.sid = l.sid
 CROSS JOIN staged_entity t ON t.sid = l.target
  LEFT JOIN link o ON o.entity = s.id AND o.relation = l.relation AND o.name = l.name AND o.gen_to IS NULL
 WHERE o.id IS NULL OR o.path <> l.path OR o.target IS NOT t.id;
INSERT INTO new_presence (sid, old)
SELECT p.sid, o.id
  FROM staged_presence p
 CROSS JOIN staged_entity s ON s.sid = p.sid
 CROSS JOIN staged_entity d ON d.sid = p.parent
  LEFT JOIN presence o ON o.entity = s.id AND o.gen_to IS NULL
 WHERE o.id IS NULL OR o.parent IS NOT d.id OR o.name <> p.name;
INSERT INTO ended_value (id) SELECT old FROM new_value WHERE old IS NOT NULL;
INSERT INTO ended_link (id) SELECT old FROM new_link WHERE old IS NOT NULL;
INSERT INTO ended_presence (id) SELECT old FROM new_presence WHERE old IS NOT NULL;

-- What is no longer said.
INSERT INTO ended_value (id)
SELECT o.id
  FROM affected a
 CROSS JOIN value o INDEXED BY value_now ON o.entity = a.id AND o.gen_to IS NULL
  LEFT JOIN staged_entity s ON s.id = a.id
  LEFT JOIN staged_value v ON v.sid = s.sid AND v.field = o.field
 WHERE v.sid IS NULL;
-- A link says something of a service: in its own directory, of the service
-- itself; in a directory that gathers services, of the one that it leads to.
INSERT INTO ended_link (id)
SELECT o.id
  FROM (SELECT k.id AS id, k.entity AS entity, k.relation AS relation, k.name AS name
          FROM affected a
         CROSS JOIN entity e ON e.id = a.id AND e.kind = 5
         CROSS JOIN link k INDEXED BY link_now ON k.entity = a.id AND k.relation <> 5 AND k.gen_to IS NULL
        UNION ALL
        SELECT k.id, k.entity, k.relation, k.name
          FROM affected a
         CROSS JOIN entity e ON e.id = a.id AND e.kind = 5
         CROSS JOIN link k INDEXED BY link_target ON k.target = a.id AND k.relation IN (0, 1, 5) AND k.gen_to IS NULL
        UNION ALL
        SELECT k.id, k.entity, k.relation, k.name
          FROM affected a
         CROSS JOIN entity e ON e.id = a.id AND e.kind IN (8, 9)
         CROSS JOIN link k INDEXED BY link_now ON k.entity = a.id AND k.relation IN (2, 3) AND k.gen_to IS NULL) o
  LEFT JOIN staged_entity s ON s.id = o.entity
  LEFT JOIN staged_link l ON l.sid = s.sid AND l.relation = o.relation AND l.name = o.name
 WHERE l.sid IS NULL;
INSERT INTO ended_presence (id)
SELECT o.id
  FROM affected a
 CROSS JOIN presence o INDEXED BY presence_entity_now ON o.entity = a.id AND o.gen_to IS NULL
  LEFT JOIN staged_entity s ON s.id = a.id
  LEFT JOIN staged_presence p ON p.sid = s.sid
 WHERE p.sid IS NULL;
