-- When a service (?1) was listed, and when it had left: where, since and until which generation, and whether in one (?2).
SELECT p.key, n.gen_from, n.gen_to,
       n.gen_from <= ?2 AND (n.gen_to IS NULL OR n.gen_to > ?2)
  FROM presence n
  JOIN entity p ON p.id = n.parent
 WHERE n.entity = ?1
 ORDER BY n.gen_from;
