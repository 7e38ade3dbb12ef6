-- The store's own newest state, staged as it is, for a generation in which
-- nothing but the calendar has moved on. What is delisted, 3-carry.sql stages.

INSERT INTO staged_entity (kind, key, id)
SELECT e.kind, e.key, e.id
  FROM presence p
  JOIN entity e ON e.id = p.entity
  JOIN entity c ON c.id = p.parent
 WHERE p.gen_to IS NULL AND ((e.kind = $K.SERVICE AND c.key = 'services') OR e.kind IN ($K.PROVIDER, $K.AUDITOR, $K.AGENCY));
INSERT INTO staged_presence (sid, parent, name)
SELECT s.sid, d.sid, p.name
  FROM staged_entity s
  JOIN presence p ON p.entity = s.id AND p.gen_to IS NULL
  JOIN staged_entity d ON d.kind = $K.COLLECTION AND d.key = 'services'
 WHERE s.kind = $K.SERVICE;
-- But for those that 4-derive.sql makes anew.
INSERT INTO staged_value (sid, field, text)
SELECT s.sid, v.field, v.text
  FROM staged_entity s
  JOIN value v ON v.entity = s.id AND v.gen_to IS NULL
 WHERE s.kind IN ($K.SERVICE, $K.PROVIDER, $K.AUDITOR, $K.AGENCY)
   AND v.field NOT IN ($F.CONTROLS_BASIS, $F.IN_FORCE, $F.IN_FORCE_BASIS);

-- Providers, auditors and agencies lead to their services.
INSERT INTO staged_party (service, party)
SELECT s.sid, p.sid
  FROM staged_entity p
  JOIN link l ON l.entity = p.id AND l.relation = $R.SERVICES AND l.gen_to IS NULL
  JOIN staged_entity s ON s.id = l.target
 WHERE p.kind IN ($K.PROVIDER, $K.AUDITOR, $K.AGENCY) AND s.kind = $K.SERVICE
ON CONFLICT DO NOTHING;

-- Baselines and own statements.
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM staged_entity s
  JOIN link l ON l.entity = s.id AND l.gen_to IS NULL
  JOIN entity t ON t.id = l.target AND t.kind IN ($K.CONTROL, $K.BASELINE)
 WHERE s.kind = $K.SERVICE
ON CONFLICT DO NOTHING;
INSERT INTO staged_declaration (service, target)
SELECT s.sid, t.sid
  FROM staged_entity s
  JOIN link l ON l.entity = s.id AND l.gen_to IS NULL
              AND (l.relation = $R.CONTROLS OR (l.relation = $R.SELF AND l.name = 'controls'))
  JOIN staged_entity t ON t.id = l.target
 WHERE s.kind = $K.SERVICE
ON CONFLICT DO NOTHING;

-- What services are built on.
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, t.key, t.key
  FROM staged_entity s
  JOIN link l ON l.entity = s.id AND l.relation = $R.LEVERAGES AND l.gen_to IS NULL
  JOIN entity t ON t.id = l.target
 WHERE s.kind = $K.SERVICE
ON CONFLICT DO NOTHING;

-- Who passes the date on the first of the due days.
UPDATE staged_value
   SET text = (SELECT status FROM due LIMIT 1)
 WHERE field = $F.STATUS
   AND sid IN (SELECT s.sid
                 FROM due d
                 JOIN staged_entity s ON s.kind = $K.SERVICE AND s.key = d.key
                WHERE d.day = (SELECT min(day) FROM due));
