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

-- Its name is as the publication writes it.
INSERT INTO staged_value (sid, field, text)
SELECT sid, $F.NAME, name FROM staged_entity WHERE name IS NOT NULL AND name <> '';
