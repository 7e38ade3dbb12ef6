-- The services that a service (?1) is built on and that have left the list, and the days on which they did.
SELECT t.key, coalesce((SELECT text FROM value WHERE entity = t.id AND field = $F.DELISTED_ON AND gen_to IS NULL), '')
  FROM link l
  JOIN entity t ON t.id = l.target
  JOIN presence n ON n.entity = t.id AND n.gen_to IS NULL
  JOIN entity p ON p.id = n.parent
 WHERE l.entity = ?1 AND l.relation = $R.LEVERAGES AND l.gen_to IS NULL AND p.key <> 'services'
 ORDER BY t.key;
