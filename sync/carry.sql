-- A service that the store knows and the publication doesn't name is staged with
-- its last known values: it left the list, and goes to delisted/.
--
-- Two kinds of absence prove nothing. From a publication that isn't the whole
-- list: the service stays where it is. Of an entry that was never more than a
-- third party's word (status `unverified`): it just isn't there any more.

INSERT INTO carried (sid, id, listed)
SELECT NULL, e.id, c.key = 'services' AND run.complete = 0
  FROM staged_run run
  JOIN presence p ON p.gen_to IS NULL
  JOIN entity c ON c.id = p.parent AND c.kind = 2 AND c.key IN ('services', 'delisted')
  JOIN entity e ON e.id = p.entity AND e.kind = 5
 WHERE NOT EXISTS (SELECT 1 FROM staged_entity s WHERE s.kind = 5 AND s.key = e.key)
   AND (run.complete = 0
        OR NOT EXISTS (SELECT 1 FROM value v WHERE v.entity = e.id AND v.field = 13
                          AND v.gen_to IS NULL AND v.text = 'unverified'));
INSERT INTO staged_entity (kind, key, id)
SELECT e.kind, e.key, e.id FROM carried c JOIN entity e ON e.id = c.id;
UPDATE carried SET sid = (SELECT s.sid FROM staged_entity s WHERE s.id = carried.id);

INSERT INTO staged_presence (sid, parent, name)
SELECT c.sid, d.sid, s.key
  FROM carried c
  JOIN staged_entity s ON s.sid = c.sid
  JOIN staged_entity d ON d.kind = 2 AND d.key = iif(c.listed, 'services', 'delisted');

-- Its values, but for those that are made anew.
INSERT INTO staged_value (sid, field, text)
SELECT c.sid, v.field, v.text
  FROM carried c
  JOIN value v ON v.entity = c.id AND v.gen_to IS NULL
 WHERE v.field <> 43 AND (c.listed OR v.field <> 13);
INSERT INTO staged_value (sid, field, text) SELECT sid, 13, 'delisted' FROM carried WHERE NOT listed;
INSERT INTO staged_value (sid, field, text)
SELECT c.sid, 21, run.day FROM carried c CROSS JOIN staged_run run WHERE NOT c.listed
ON CONFLICT DO NOTHING;

-- Its provider and auditor, with what the store says of them: all that links
-- lead to must be there.
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM carried c
  JOIN link l ON l.entity = c.id AND l.gen_to IS NULL AND l.relation IN (0, 2)
  JOIN entity t ON t.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
INSERT INTO staged_value (sid, field, text)
SELECT s.sid, v.field, v.text
  FROM staged_entity s
  JOIN value v ON v.entity = s.id AND v.gen_to IS NULL
 WHERE s.kind = 6 AND s.name IS NULL
ON CONFLICT DO NOTHING;
INSERT INTO staged_party (service, party)
SELECT c.sid, s.sid
  FROM carried c
  JOIN link l ON l.entity = c.id AND l.relation = 0 AND l.gen_to IS NULL AND l.name = 'provider'
  JOIN entity t ON t.id = l.target
  JOIN staged_entity s ON s.kind = t.kind AND s.key = t.key
 WHERE true
ON CONFLICT DO NOTHING;

-- What it declared, as far as that is still there: a catalogue that the
-- publication brings along takes the place of the one before.
INSERT INTO staged_declaration (service, target)
SELECT c.sid, s.sid
  FROM staged_run run
 CROSS JOIN carried c
  JOIN link l ON l.entity = c.id AND l.gen_to IS NULL AND (l.relation = 2 OR (l.relation = 0 AND l.name = 'controls'))
  JOIN entity t ON t.id = l.target
  JOIN staged_entity s ON s.kind = t.kind AND s.key = t.key
 WHERE run.catalogue = 0 OR EXISTS (SELECT 1 FROM staged_presence p WHERE p.sid = s.sid)
ON CONFLICT DO NOTHING;

-- What it was built on: listed now, delisted, or never listed.
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, t.key, t.key
  FROM carried c
  JOIN staged_entity s ON s.sid = c.sid
  JOIN link l ON l.entity = c.id AND l.relation = 4 AND l.gen_to IS NULL
  JOIN entity t ON t.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
