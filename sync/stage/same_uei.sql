-- Renamed, too, when all services that were listed under one provider, whose name
-- is gone, are listed under the new name now, each with the unique entity
-- identifier that it had before. Without that, a service that changed hands could
-- not be told from a provider that changed its name. ?1 the new name's staging id.
SELECT DISTINCT p.key
  FROM staged_party m
 CROSS JOIN staged_entity s ON s.sid = m.service
 CROSS JOIN entity e ON e.kind = $K.SERVICE AND e.key = s.key
 CROSS JOIN link l ON l.entity = e.id AND l.relation = $R.SELF AND l.name = 'provider' AND l.gen_to IS NULL
 CROSS JOIN known_party p ON p.id = l.target
 WHERE m.party = ?1
   AND NOT EXISTS (SELECT 1 FROM staged_entity x WHERE x.kind = p.kind AND (x.name = p.name OR x.key = p.key))
   AND NOT EXISTS (
     SELECT 1
       FROM link o
      CROSS JOIN entity f ON f.id = o.entity
      CROSS JOIN staged_entity t ON t.kind = $K.SERVICE AND t.key = f.key
      CROSS JOIN staged_party n ON n.service = t.sid
      CROSS JOIN staged_entity q ON q.sid = n.party AND q.kind = $K.PROVIDER
       LEFT JOIN staged_value u ON u.sid = t.sid AND u.field = $F.UEI
       LEFT JOIN value v ON v.entity = f.id AND v.field = $F.UEI AND v.gen_to IS NULL
      WHERE o.target = p.id AND o.relation = $R.SELF AND o.name = 'provider' AND o.gen_to IS NULL
        AND (n.party <> ?1 OR coalesce(u.text, '') = '' OR u.text IS NOT v.text));
