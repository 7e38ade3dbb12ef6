-- Of the services that the store lists, but that aren't staged: each that is the only one of a
-- stranger's name and provider. A stranger that nobody knows has no key.
UPDATE staged_stranger
   SET key = found.key
  FROM (SELECT s.name AS name, s.provider AS provider, max(e.key) AS key
          FROM entity c
         CROSS JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
         CROSS JOIN entity e ON e.id = p.entity
         CROSS JOIN value n ON n.entity = e.id AND n.field = $F.NAME AND n.gen_to IS NULL
          LEFT JOIN value v ON v.entity = e.id AND v.field = $F.PROVIDER_NAME AND v.gen_to IS NULL
         CROSS JOIN staged_stranger s ON s.name = n.text AND s.provider = coalesce(v.text, '')
         WHERE c.kind = $K.COLLECTION AND c.key = 'services' AND s.entries = 1
           AND NOT EXISTS (SELECT 1 FROM staged_entity x WHERE x.kind = $K.SERVICE AND x.key = e.key)
         GROUP BY s.name, s.provider
        HAVING count(*) = 1) AS found
 WHERE staged_stranger.name = found.name AND staged_stranger.provider = found.provider;
INSERT INTO staged_stays (key) SELECT key FROM staged_stranger WHERE key IS NOT NULL;
