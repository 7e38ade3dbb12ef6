-- How many services the store lists, and how many of them aren't staged, or staged
-- as delisted. What the list names without its id, it lists. What only a third party ever said is no loss.
SELECT count(*), count(*) FILTER (WHERE q.parent IS NULL OR q.parent = d.sid)
  FROM entity c
 CROSS JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
 CROSS JOIN entity e ON e.id = p.entity
  LEFT JOIN value v ON v.entity = e.id AND v.field = $F.STATUS AND v.gen_to IS NULL
  LEFT JOIN staged_entity s ON s.kind = $K.SERVICE AND s.key = e.key
  LEFT JOIN staged_presence q ON q.sid = s.sid
  LEFT JOIN staged_entity d ON d.kind = $K.COLLECTION AND d.key = 'delisted'
 WHERE c.kind = $K.COLLECTION AND c.key = 'services' AND v.text IS NOT 'unverified'
   AND e.key NOT IN (SELECT key FROM staged_stays);
