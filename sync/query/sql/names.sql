-- The number, or key, of each service, whether it is listed, and the names that it has or had: a name, whether it has it now.
SELECT e.id, e.key, p.key = 'services', v.field, v.text, v.gen_to IS NULL
  FROM presence n
  JOIN entity e ON e.id = n.entity
  JOIN entity p ON p.id = n.parent
  LEFT JOIN value v ON v.entity = e.id AND v.field IN ($F.NAME, $F.NAME_EN, $F.NUMBER)
 WHERE n.gen_to IS NULL AND n.kind = $K.SERVICE
 ORDER BY e.key, e.id;
