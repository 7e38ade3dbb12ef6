-- The services that a service (?1) was built on in a generation (?2): number, name, and the day on which it left the list, '' where it didn't.
SELECT t.key,
       coalesce((SELECT text FROM value WHERE entity = t.id AND field = $F.NAME AND gen_from <= ?2 AND (gen_to IS NULL OR gen_to > ?2)), ''),
       coalesce((SELECT text FROM value WHERE entity = t.id AND field = $F.DELISTED_ON AND gen_from <= ?2 AND (gen_to IS NULL OR gen_to > ?2)), '')
  FROM link l
  JOIN entity t ON t.id = l.target
 WHERE l.entity = ?1 AND l.relation = $R.LEVERAGES AND l.gen_from <= ?2 AND (l.gen_to IS NULL OR l.gen_to > ?2)
 ORDER BY t.key;
