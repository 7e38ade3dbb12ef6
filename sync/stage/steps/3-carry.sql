-- Services of the store that the publication doesn't name are staged as the store
-- has them: one that was listed left the list, and goes to delisted/ with its
-- last known values.
--
-- Two kinds of absence prove nothing. From a publication that isn't the whole
-- list: the service stays where it is. Of an entry that was never more than a
-- third party's word (status `unverified`): it just isn't there any more.
--
-- What it lists without saying what it says of it (staged_stays) stays, too.
--
-- What the registry calls delisted, but its list lacks, has what was staged of
-- it, and besides that its last known values, too.
--
-- CROSS JOIN keeps the order of the loops: SQLite knows nothing of the sizes of
-- tables that were filled a moment ago.

UPDATE staged_entity
   SET id = (SELECT e.id FROM entity e WHERE e.kind = staged_entity.kind AND e.key = staged_entity.key);

INSERT INTO carried (id, listed)
SELECT e.id, c.key = 'services' AND (run.complete = 0 OR e.key IN (SELECT key FROM staged_stays))
  FROM staged_run run
 CROSS JOIN entity c ON c.kind = $K.COLLECTION AND c.key IN ('services', 'delisted')
 CROSS JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
 CROSS JOIN entity e ON e.id = p.entity
 WHERE NOT EXISTS (SELECT 1 FROM staged_entity s WHERE s.id = e.id AND s.sid NOT IN (SELECT sid FROM staged_unlisted))
   AND (run.complete = 0 OR e.key IN (SELECT key FROM staged_stays)
        OR NOT EXISTS (SELECT 1 FROM value v WHERE v.entity = e.id AND v.field = $F.STATUS
                          AND v.gen_to IS NULL AND v.text = 'unverified'));
INSERT INTO staged_entity (kind, key, id)
SELECT e.kind, e.key, e.id FROM carried c JOIN entity e ON e.id = c.id WHERE true
ON CONFLICT DO NOTHING;
UPDATE carried SET sid = (SELECT s.sid FROM staged_entity s WHERE s.id = carried.id);
UPDATE carried SET listed = 0 WHERE sid IN (SELECT sid FROM staged_unlisted);

INSERT INTO staged_presence (sid, parent, name)
SELECT c.sid, d.sid, s.key
  FROM carried c
  JOIN staged_entity s ON s.sid = c.sid
  JOIN staged_entity d ON d.kind = $K.COLLECTION AND d.key = iif(c.listed, 'services', 'delisted')
 WHERE true
ON CONFLICT DO NOTHING;

-- Its values, but for those that are made anew.
INSERT INTO staged_value (sid, field, text)
SELECT c.sid, v.field, v.text
  FROM carried c
 CROSS JOIN value v ON v.entity = c.id AND v.gen_to IS NULL
 WHERE v.field NOT IN ($F.CONTROLS_BASIS, $F.IN_FORCE, $F.IN_FORCE_BASIS) AND (c.listed OR v.field NOT IN ($F.STATUS, $F.STATUS_LIST))
   AND NOT (c.listed AND v.field = $F.LEVERAGES_UNLISTED)
ON CONFLICT DO NOTHING;
INSERT INTO staged_value (sid, field, text)
SELECT sid, $F.STATUS, 'delisted' FROM carried WHERE NOT listed
ON CONFLICT DO NOTHING;
INSERT INTO staged_value (sid, field, text)
SELECT c.sid, $F.DELISTED_ON_BASIS, 'absent' FROM carried c WHERE NOT c.listed
ON CONFLICT DO NOTHING;

-- Where nothing dates a delisting, it is of the day on which it was seen first.
INSERT INTO staged_value (sid, field, text)
SELECT p.sid, $F.DELISTED_ON, coalesce(v.text, run.day)
  FROM staged_run run
 CROSS JOIN staged_entity d ON d.kind = $K.COLLECTION AND d.key = 'delisted'
 CROSS JOIN staged_presence p ON p.parent = d.sid
 CROSS JOIN staged_entity s ON s.sid = p.sid
  LEFT JOIN value v ON v.entity = s.id AND v.field = $F.DELISTED_ON AND v.gen_to IS NULL
 WHERE true
ON CONFLICT DO NOTHING;

-- All that its links lead to must be there: its provider, and what it declared.
-- An auditor's or an agency's directory is of services that are listed.
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM carried c
 CROSS JOIN link l ON l.entity = c.id AND l.gen_to IS NULL AND l.relation IN ($R.SELF, $R.CONTROLS)
 CROSS JOIN entity t ON t.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT t.kind, t.key, t.id
  FROM carried c
 CROSS JOIN link l ON l.target = c.id AND l.relation = $R.SERVICES AND l.gen_to IS NULL
 CROSS JOIN entity t ON t.id = l.entity AND t.kind IN ($K.AUDITOR, $K.AGENCY)
 WHERE c.listed
ON CONFLICT DO NOTHING;
INSERT INTO staged_party (service, party)
SELECT c.sid, s.sid
  FROM carried c
 CROSS JOIN link l ON l.entity = c.id AND l.relation = $R.SELF AND l.gen_to IS NULL AND l.name = 'provider'
 CROSS JOIN staged_entity s ON s.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
INSERT INTO staged_party (service, party)
SELECT c.sid, s.sid
  FROM carried c
 CROSS JOIN link l ON l.target = c.id AND l.relation = $R.SERVICES AND l.gen_to IS NULL
 CROSS JOIN staged_entity s ON s.id = l.entity AND s.kind IN ($K.AUDITOR, $K.AGENCY)
 WHERE c.listed
ON CONFLICT DO NOTHING;

-- A publication that isn't the whole list proves nothing either of a provider of
-- which more is known than its name, or that has no service.
INSERT INTO staged_entity (kind, key, id)
SELECT e.kind, e.key, e.id
  FROM staged_run run
 CROSS JOIN entity c ON c.kind = $K.COLLECTION AND c.key = 'providers'
 CROSS JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
 CROSS JOIN entity e ON e.id = p.entity
 WHERE run.complete = 0
   AND (EXISTS (SELECT 1 FROM value v WHERE v.entity = e.id AND v.field <> $F.NAME AND v.gen_to IS NULL)
        OR NOT EXISTS (SELECT 1 FROM link l INDEXED BY link_target
                        WHERE l.target = e.id AND l.relation = $R.SELF AND l.name = 'provider' AND l.gen_to IS NULL))
ON CONFLICT DO NOTHING;

-- What the store says of a party stays, unless the publication names the party
-- and, being the whole list, says all there is to say of it.
INSERT INTO staged_value (sid, field, text)
SELECT s.sid, v.field, v.text
  FROM staged_run run
 CROSS JOIN staged_entity s ON s.kind IN ($K.PROVIDER, $K.AUDITOR, $K.AGENCY)
 CROSS JOIN value v ON v.entity = s.id AND v.gen_to IS NULL
 WHERE s.name IS NULL OR run.complete = 0
ON CONFLICT DO NOTHING;

-- What it declared; and of all declarations, only those of what is there: a
-- catalogue that the publication brings along takes the place of the one before.
INSERT INTO staged_declaration (service, target)
SELECT c.sid, s.sid
  FROM carried c
 CROSS JOIN link l ON l.entity = c.id AND l.gen_to IS NULL
                  AND (l.relation = $R.CONTROLS OR (l.relation = $R.SELF AND l.name = 'controls'))
 CROSS JOIN staged_entity s ON s.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
DELETE FROM staged_declaration
 WHERE target NOT IN (SELECT sid FROM staged_presence)
   AND NOT EXISTS (SELECT 1
                     FROM staged_run run
                    CROSS JOIN staged_entity s ON s.sid = staged_declaration.target
                    CROSS JOIN presence p ON p.entity = s.id AND p.gen_to IS NULL
                    WHERE run.catalogue = 0);

-- What it was built on: listed now, delisted, or never listed.
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, t.key,
       coalesce((SELECT v.text FROM value v WHERE v.entity = t.id AND v.field = $F.NUMBER
                  ORDER BY v.gen_from DESC LIMIT 1), t.key)
  FROM carried c
 CROSS JOIN staged_entity s ON s.sid = c.sid
 CROSS JOIN link l ON l.entity = c.id AND l.relation = $R.LEVERAGES AND l.gen_to IS NULL
 CROSS JOIN entity t ON t.id = l.target
 WHERE true
ON CONFLICT DO NOTHING;
-- The value has a number on each line. lines() and service_key(): staging.c.
INSERT INTO staged_leverage (service, target, number)
SELECT s.key, service_key(n.value), n.value
  FROM carried c
 CROSS JOIN staged_entity s ON s.sid = c.sid
 CROSS JOIN value v ON v.entity = c.id AND v.field = $F.LEVERAGES_UNLISTED AND v.gen_to IS NULL
 CROSS JOIN json_each(lines(v.text)) n
 WHERE c.listed AND n.value <> ''
ON CONFLICT DO NOTHING;
