-- Set arithmetic: what the store holds now against what is staged. Controls and
-- baselines are compared only when the publication brought them along.

UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key)
 WHERE id IS NULL;

INSERT INTO new_value (sid, field)
SELECT v.sid, v.field
  FROM staged_value v
  JOIN staged_entity s ON s.sid = v.sid
  LEFT JOIN value o ON o.entity = s.id AND o.field = v.field AND o.gen_to IS NULL
 WHERE o.id IS NULL OR o.text <> v.text;
INSERT INTO ended_value (id)
SELECT o.id
  FROM value o
  JOIN entity e ON e.id = o.entity
  LEFT JOIN staged_entity s ON s.id = o.entity
  LEFT JOIN staged_value v ON v.sid = s.sid AND v.field = o.field
  CROSS JOIN staged_run run
 WHERE o.gen_to IS NULL AND (v.sid IS NULL OR v.text <> o.text)
   AND e.kind <> 10
   AND (run.catalogue = 1 OR e.kind NOT IN (3, 8, 9));

INSERT INTO new_link (sid, relation, name)
SELECT l.sid, l.relation, l.name
  FROM staged_link l
  JOIN staged_entity s ON s.sid = l.sid
  JOIN staged_entity t ON t.sid = l.target
  LEFT JOIN link o ON o.entity = s.id AND o.relation = l.relation AND o.name = l.name AND o.gen_to IS NULL
 WHERE o.id IS NULL OR o.path <> l.path OR o.target IS NOT t.id;
INSERT INTO ended_link (id)
SELECT o.id
  FROM link o
  JOIN entity e ON e.id = o.entity
  LEFT JOIN staged_entity s ON s.id = o.entity
  LEFT JOIN staged_link l ON l.sid = s.sid AND l.relation = o.relation AND l.name = o.name
  LEFT JOIN staged_entity t ON t.sid = l.target
  CROSS JOIN staged_run run
 WHERE o.gen_to IS NULL AND (l.sid IS NULL OR l.path <> o.path OR t.id IS NOT o.target) AND e.kind <> 11
   AND (run.catalogue = 1 OR NOT (o.relation = 3 OR (o.relation = 2 AND e.kind = 9)));

INSERT INTO new_presence (sid)
SELECT p.sid
  FROM staged_presence p
  JOIN staged_entity s ON s.sid = p.sid
  JOIN staged_entity d ON d.sid = p.parent
  LEFT JOIN presence o ON o.entity = s.id AND o.gen_to IS NULL
 WHERE o.id IS NULL OR o.parent IS NOT d.id OR o.name <> p.name;
INSERT INTO ended_presence (id)
SELECT o.id
  FROM presence o
  JOIN entity e ON e.id = o.entity
  LEFT JOIN staged_entity s ON s.id = o.entity
  LEFT JOIN staged_presence p ON p.sid = s.sid
  LEFT JOIN staged_entity d ON d.sid = p.parent
  CROSS JOIN staged_run run
 WHERE o.gen_to IS NULL AND (p.sid IS NULL OR d.id IS NOT o.parent OR p.name <> o.name)
   AND (run.catalogue = 1 OR e.kind NOT IN (3, 8, 9));
