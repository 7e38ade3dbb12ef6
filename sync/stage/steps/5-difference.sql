-- Set arithmetic: what the store holds now against what is staged. Editions,
-- controls and baselines are compared only when the publication brings them
-- along; of .registry's values generation.c takes care, of documents and their
-- links the renderers. CROSS JOIN fixes the order of the loops: an entity is
-- looked up once, not once for each of its rows.

UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key)
 WHERE id IS NULL;

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
  FROM staged_run run
 CROSS JOIN entity e
 CROSS JOIN value o INDEXED BY value_now ON o.entity = e.id AND o.gen_to IS NULL
  LEFT JOIN staged_entity s ON s.id = e.id
  LEFT JOIN staged_value v ON v.sid = s.sid AND v.field = o.field
 WHERE v.sid IS NULL AND e.kind <> $K.REGISTRY
   AND (run.catalogue = 1 OR e.kind NOT IN ($K.EDITION, $K.CONTROL, $K.BASELINE));
INSERT INTO ended_link (id)
SELECT o.id
  FROM staged_run run
 CROSS JOIN entity e
 CROSS JOIN link o INDEXED BY link_now ON o.entity = e.id AND o.gen_to IS NULL
  LEFT JOIN staged_entity s ON s.id = e.id
  LEFT JOIN staged_link l ON l.sid = s.sid AND l.relation = o.relation AND l.name = o.name
 WHERE l.sid IS NULL AND e.kind <> $K.DERIVED
   AND (run.catalogue = 1 OR o.relation = $R.SERVICES OR e.kind NOT IN ($K.EDITION, $K.CONTROL, $K.BASELINE));
INSERT INTO ended_presence (id)
SELECT o.id
  FROM staged_run run
 CROSS JOIN entity e
 CROSS JOIN presence o INDEXED BY presence_entity_now ON o.entity = e.id AND o.gen_to IS NULL
  LEFT JOIN staged_entity s ON s.id = e.id
  LEFT JOIN staged_presence p ON p.sid = s.sid
 WHERE p.sid IS NULL AND e.kind NOT IN ($K.COLLECTION, $K.REGISTRY, $K.DERIVED)
   AND (run.catalogue = 1 OR e.kind NOT IN ($K.EDITION, $K.CONTROL, $K.BASELINE));
