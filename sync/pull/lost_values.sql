-- How many names and statuses of services are known in the store, but not in what is staged.
SELECT count(*)
  FROM staged_entity s
 CROSS JOIN entity e ON e.kind = $K.SERVICE AND e.key = s.key
 CROSS JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL
 CROSS JOIN entity c ON c.id = p.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
 CROSS JOIN value o ON o.entity = e.id AND o.gen_to IS NULL AND o.field IN ($F.NAME, $F.STATUS)
  LEFT JOIN staged_value v ON v.sid = s.sid AND v.field = o.field
 WHERE s.kind = $K.SERVICE AND o.text NOT IN ('', 'unknown', 'unverified')
   AND coalesce(v.text, 'unknown') IN ('', 'unknown');
