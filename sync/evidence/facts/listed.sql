-- Where the tree showed a service (?1) in a generation (?2), and the day of the list that it was there since.
SELECT p.key, g.day
  FROM presence n
  JOIN entity p ON p.id = n.parent
  JOIN generation g ON g.id = n.gen_from
 WHERE n.entity = ?1 AND n.gen_from <= ?2 AND (n.gen_to IS NULL OR n.gen_to > ?2);
