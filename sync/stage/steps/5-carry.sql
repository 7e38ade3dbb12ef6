-- Affected services of which nothing is staged yet are staged as the store has
-- them. One that the publication doesn't name left the list, and goes to
-- delisted/ with its last known values.
--
-- Two kinds of absence prove nothing. From a publication that isn't the whole
-- list: the service stays where it is. Of an entry that was never more than a
-- third party's word (status `unverified`): it just isn't there any more.

INSERT INTO carried (sid, id, listed, restated)
SELECT NULL, e.id, c.key = 'services' AND (t.id IS NOT NULL OR run.complete = 0), t.id IS NOT NULL
  FROM staged_run run
 CROSS JOIN affected a
 CROSS JOIN entity e ON e.id = a.id AND e.kind = 5
 CROSS JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL
 CROSS JOIN entity c ON c.id = p.parent AND c.kind = 2 AND c.key IN ('services', 'delisted')
  LEFT JOIN restated t ON t.id = e.id
 WHERE NOT EXISTS (SELECT 1 FROM staged_entity s WHERE s.kind = 5 AND s.key = e.key)
   AND (t.id IS NOT NULL OR run.complete = 0
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
 CROSS JOIN value v ON v.entity = c.id AND v.gen_to IS NULL
 WHERE v.field <> 43 AND (c.listed OR v.field <> 13) AND NOT (c.listed AND v.field = 44);
INSERT INTO staged_value (sid, field, text) SELECT sid, 13, 'delisted' FROM carried WHERE NOT listed;
INSERT INTO staged_value (sid, field, text)
SELECT c.sid, 21, run.day FROM carried c CROSS JOIN staged_run run WHERE NOT c.listed
ON CONFLICT DO NOTHING;

-- Its provider and auditor, with what the store says of them: all that links
-- lead to must be there. An auditor's directory is of those that are listed.
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM carried c
 CROSS JOIN link l ON l.entity = c.id AND l.gen_to IS NULL AND l.relation IN (0, 2)
 CROSS JOIN entity t ON t.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM carried c
 CROSS JOIN link l ON l.target = c.id AND l.relation = 1 AND l.gen_to IS NULL
 CROSS JOIN entity t ON t.id = l.entity AND t.kind = 7
 WHERE c.listed
ON CONFLICT DO NOTHING;
INSERT INTO staged_party (service, party)
SELECT c.sid, s.sid
  FROM carried c
 CROSS JOIN link l ON l.entity = c.id AND l.relation = 0 AND l.gen_to IS NULL AND l.name = 'provider'
 CROSS JOIN entity t ON t.id = l.target
 CROSS JOIN staged_entity s ON s.kind = t.kind AND s.key = t.key
 WHERE true
ON CONFLICT DO NOTHING;
INSERT INTO staged_party (service, party)
SELECT c.sid, s.sid
  FROM carried c
 CROSS JOIN link l ON l.target = c.id AND l.relation = 1 AND l.gen_to IS NULL
 CROSS JOIN entity t ON t.id = l.entity AND t.kind = 7
 CROSS JOIN staged_entity s ON s.kind = t.kind AND s.key = t.key
 WHERE c.listed
ON CONFLICT DO NOTHING;

-- What the store says of a party stays, unless the publication names the party
-- and, being the whole list, says all there is to say of it.
INSERT INTO staged_value (sid, field, text)
SELECT s.sid, v.field, v.text
  FROM staged_run run
 CROSS JOIN staged_entity s ON s.kind IN (6, 7)
 CROSS JOIN value v ON v.entity = s.id AND v.gen_to IS NULL
 WHERE s.name IS NULL OR run.complete = 0 OR EXISTS (SELECT 1 FROM restated t WHERE t.id = s.id)
ON CONFLICT DO NOTHING;

-- What it declared; and of all declarations, only those of what is there: a
-- catalogue that the publication brings along takes the place of the one before.
INSERT INTO staged_declaration (service, target)
SELECT c.sid, s.sid
  FROM carried c
 CROSS JOIN link l ON l.entity = c.id AND l.gen_to IS NULL AND (l.relation = 2 OR (l.relation = 0 AND l.name = 'controls'))
 CROSS JOIN entity t ON t.id = l.target
 CROSS JOIN staged_entity s ON s.kind = t.kind AND s.key = t.key
 WHERE true
ON CONFLICT DO NOTHING;
DELETE FROM staged_declaration
 WHERE target NOT IN (SELECT sid FROM staged_presence)
   AND NOT EXISTS (SELECT 1
                     FROM staged_run run
                    CROSS JOIN staged_entity s ON s.sid = staged_declaration.target
                    CROSS JOIN presence p ON p.entity = s.id AND p.gen_to IS NULL
                    WHERE run.catalogue = 0);

-- What it was built on: listed now, delisted, or never listed. Of what the
-- publication lists, it says so itself; what left says the same for ever.
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, t.key,
       coalesce((SELECT v.text FROM value v WHERE v.entity = t.id AND v.field = 12 ORDER BY v.gen_from DESC LIMIT 1), t.key)
  FROM carried c
 CROSS JOIN staged_entity s ON s.sid = c.sid
 CROSS JOIN link l ON l.entity = c.id AND l.relation = 4 AND l.gen_to IS NULL
 CROSS JOIN entity t ON t.id = l.target
 WHERE NOT c.restated
ON CONFLICT DO NOTHING;
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, u.key, u.number
  FROM carried c
 CROSS JOIN staged_entity s ON s.sid = c.sid
 CROSS JOIN reading_unlisted u ON u.entity = c.id
 WHERE c.listed AND NOT c.restated
ON CONFLICT DO NOTHING;
