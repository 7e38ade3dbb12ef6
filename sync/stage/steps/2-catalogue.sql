-- A catalogue is staged whole, and takes the place of the one before. Services of
-- the store that refer to what it lacks are concerned; and what their records
-- say of it, if they still do, is to be read again.

INSERT INTO dropped (id)
SELECT l.entity
  FROM entity t
 CROSS JOIN presence p ON p.entity = t.id AND p.gen_to IS NULL
 CROSS JOIN link l INDEXED BY link_target ON l.target = t.id AND l.relation IN (0, 2) AND l.gen_to IS NULL
 CROSS JOIN entity e ON e.id = l.entity AND e.kind = 5
 WHERE t.kind IN (8, 9)
   AND NOT EXISTS (SELECT 1 FROM staged_entity s JOIN staged_presence q ON q.sid = s.sid
                    WHERE s.kind = t.kind AND s.key = t.key)
ON CONFLICT DO NOTHING;
UPDATE reading SET fingerprint = NULL WHERE entity IN (SELECT id FROM dropped);
