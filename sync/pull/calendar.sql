-- The store's own newest state, staged as it is, for a generation in which
-- nothing but the calendar has moved on. What is delisted, carry.sql brings.

INSERT INTO staged_entity (kind, key, id)
SELECT e.kind, e.key, e.id
  FROM presence p
  JOIN entity e ON e.id = p.entity
  JOIN entity c ON c.id = p.parent
 WHERE p.gen_to IS NULL AND ((e.kind = 5 AND c.key = 'services') OR e.kind IN (6, 7));
INSERT INTO staged_presence (sid, parent, name)
SELECT s.sid, d.sid, p.name
  FROM staged_entity s
  JOIN presence p ON p.entity = s.id AND p.gen_to IS NULL
  JOIN staged_entity d ON d.kind = 2 AND d.key = 'services'
 WHERE s.kind = 5;
-- But for those that derive.sql makes anew.
INSERT INTO staged_value (sid, field, text)
SELECT s.sid, v.field, v.text
  FROM staged_entity s
  JOIN value v ON v.entity = s.id AND v.gen_to IS NULL
 WHERE s.kind IN (5, 6, 7) AND v.field <> 43;

-- Providers and auditors lead to their services.
INSERT INTO staged_party (service, party)
SELECT s.sid, p.sid
  FROM staged_entity p
  JOIN link l ON l.entity = p.id AND l.relation = 1 AND l.gen_to IS NULL
  JOIN staged_entity s ON s.id = l.target
 WHERE p.kind IN (6, 7) AND s.kind = 5
ON CONFLICT DO NOTHING;

-- Baselines and own statements.
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM staged_entity s
  JOIN link l ON l.entity = s.id AND l.gen_to IS NULL
  JOIN entity t ON t.id = l.target AND t.kind IN (8, 9)
 WHERE s.kind = 5
ON CONFLICT DO NOTHING;
INSERT INTO staged_declaration (service, target)
SELECT s.sid, t.sid
  FROM staged_entity s
  JOIN link l ON l.entity = s.id AND l.gen_to IS NULL
              AND (l.relation = 2 OR (l.relation = 0 AND l.name = 'controls'))
  JOIN staged_entity t ON t.id = l.target
 WHERE s.kind = 5
ON CONFLICT DO NOTHING;

-- What services are built on.
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, t.key, t.key
  FROM staged_entity s
  JOIN link l ON l.entity = s.id AND l.relation = 4 AND l.gen_to IS NULL
  JOIN entity t ON t.id = l.target
 WHERE s.kind = 5
ON CONFLICT DO NOTHING;
