-- The same of what it leads to: relation, name, key.
SELECT r.name, l.name, t.key, l.gen_from, l.gen_to,
       l.gen_from <= ?2 AND (l.gen_to IS NULL OR l.gen_to > ?2)
  FROM link l
  JOIN relation r ON r.id = l.relation
  JOIN entity t ON t.id = l.target
 WHERE l.entity = ?1
 ORDER BY l.relation, l.name, l.gen_from;
