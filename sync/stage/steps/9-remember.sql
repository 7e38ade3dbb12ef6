-- What was read, for the next publication (reading.sql).

-- Services: those that are listed, with what they were read from. One that was
-- staged from the store keeps its record's fingerprint.
CREATE TABLE stage.remembered AS
SELECT s.id AS id, n.name AS name,
       iif(c.id IS NULL, f.fingerprint, (SELECT r.fingerprint FROM reading r WHERE r.entity = s.id)) AS fingerprint
  FROM staged_entity d
 CROSS JOIN staged_presence p ON p.parent = d.sid
 CROSS JOIN staged_entity s ON s.sid = p.sid
  LEFT JOIN staged_name n ON n.service = s.sid
  LEFT JOIN staged_record f ON f.sid = s.sid
  LEFT JOIN carried c ON c.sid = s.sid
 WHERE d.kind = 2 AND d.key = 'services';
DELETE FROM reading
 WHERE entity IN (SELECT a.id FROM affected a CROSS JOIN entity e ON e.id = a.id AND e.kind = 5);
INSERT OR REPLACE INTO reading (entity, name, fingerprint) SELECT id, name, fingerprint FROM remembered;
DROP TABLE stage.remembered;

DELETE FROM reading_unlisted WHERE entity IN (SELECT id FROM affected);
INSERT INTO reading_unlisted (key, entity, number)
SELECT l.target, s.id, l.number
  FROM staged_entity d
 CROSS JOIN staged_presence p ON p.parent = d.sid
 CROSS JOIN staged_entity s ON s.sid = p.sid
 CROSS JOIN staged_leverage l ON l.service = s.key
 WHERE d.kind = 2 AND d.key = 'services'
   AND NOT EXISTS (SELECT 1 FROM foundation t WHERE t.key = l.target);

-- Where a party takes another name, services that the publication didn't speak
-- of were read under the old one: who will have it by then is to be found anew.
UPDATE reading SET fingerprint = NULL
 WHERE entity IN (SELECT k.target
                    FROM new_value n
                   CROSS JOIN staged_entity s ON s.sid = n.sid AND s.kind IN (6, 7)
                   CROSS JOIN link k ON k.entity = s.id AND k.relation = 1 AND k.gen_to IS NULL
                   WHERE n.field = 10 AND n.old IS NOT NULL)
   AND entity NOT IN (SELECT s.id FROM staged_record f JOIN staged_entity s ON s.sid = f.sid);
INSERT OR REPLACE INTO reading (entity, name)
SELECT id, name FROM staged_entity WHERE kind IN (6, 7) AND name IS NOT NULL;

-- Providers: what is stated of them beside their services. Every one that has
-- more than a name has a row, an empty one where more than one publication had a
-- part in it; one that is shown no more has none.
DELETE FROM reading_facts
 WHERE entity IN (SELECT id FROM affected)
   AND ((SELECT complete FROM staged_run) = 1 OR entity NOT IN (SELECT id FROM staged_entity WHERE id IS NOT NULL))
   AND entity NOT IN (SELECT id FROM restated);
INSERT OR REPLACE INTO reading_facts (entity, fingerprint)
SELECT s.id, iif(run.complete = 1 OR s.kind = 2, f.fingerprint, x'')
  FROM staged_run run JOIN staged_record f JOIN staged_entity s ON s.sid = f.sid WHERE s.kind IN (2, 6);
INSERT OR IGNORE INTO reading_facts (entity, fingerprint)
SELECT s.id, x''
  FROM staged_entity s
 WHERE s.kind = 6 AND EXISTS (SELECT 1 FROM staged_value v WHERE v.sid = s.sid AND v.field <> 10);
INSERT OR IGNORE INTO reading_facts (entity, fingerprint)
SELECT e.id, x''
  FROM staged_run run
 CROSS JOIN entity e
 WHERE run.whole = 1 AND e.kind = 6
   AND EXISTS (SELECT 1 FROM value v WHERE v.entity = e.id AND v.field <> 10 AND v.gen_to IS NULL);
