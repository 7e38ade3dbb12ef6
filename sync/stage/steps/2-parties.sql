-- Who is who: a provider, an auditor or an agency that the publication names is the one of
-- the store that has, or last had, just that name.

INSERT INTO known_party (id, kind, key, name)
SELECT e.id, e.kind, e.key,
       (SELECT v.text FROM value v WHERE v.entity = e.id AND v.field = $F.NAME ORDER BY v.gen_from DESC LIMIT 1)
  FROM entity e
 WHERE e.kind IN ($K.PROVIDER, $K.AUDITOR, $K.AGENCY);
UPDATE staged_entity
   SET key = (SELECT p.key FROM known_party p
               WHERE p.kind = staged_entity.kind AND p.name = staged_entity.name ORDER BY p.key LIMIT 1)
 WHERE kind IN ($K.PROVIDER, $K.AUDITOR, $K.AGENCY) AND key IS NULL;

-- Parties whose names are gone, which new names may be of.
INSERT INTO gone_party (id, kind, key)
SELECT p.id, p.kind, p.key
  FROM known_party p
 WHERE NOT EXISTS (SELECT 1 FROM staged_entity x WHERE x.kind = p.kind AND x.name = p.name)
   AND NOT EXISTS (SELECT 1 FROM staged_entity x WHERE x.kind = p.kind AND x.key = p.key);
-- All their services are listed under one name now, each with the unique entity
-- identifier that it had before. Without that, a service that changed hands could
-- not be told from a provider that changed its name.
INSERT INTO heir (party, gone)
SELECT min(n.party), p.id
  FROM gone_party p
 CROSS JOIN link o ON o.target = p.id AND o.relation = $R.SELF AND o.name = 'provider' AND o.gen_to IS NULL
 CROSS JOIN entity e ON e.id = o.entity
 CROSS JOIN staged_entity s ON s.kind = $K.SERVICE AND s.key = e.key
 CROSS JOIN staged_party n ON n.service = s.sid
 CROSS JOIN staged_entity q ON q.sid = n.party AND q.kind = $K.PROVIDER
  LEFT JOIN staged_value u ON u.sid = s.sid AND u.field = $F.UEI
  LEFT JOIN value v ON v.entity = e.id AND v.field = $F.UEI AND v.gen_to IS NULL
 WHERE p.kind = $K.PROVIDER
 GROUP BY p.id
HAVING min(n.party) = max(n.party) AND min(coalesce(u.text, '') <> '' AND u.text IS v.text);

-- Its name is as the publication writes it.
INSERT INTO staged_value (sid, field, text)
SELECT sid, $F.NAME, name FROM staged_entity WHERE name IS NOT NULL AND name <> '';
