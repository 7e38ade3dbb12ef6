-- A service's (?1) own history as later generations than ?2 had it, the oldest first: the text, the generation, its day.
SELECT v.text, v.gen_from, g.day
  FROM value v
  JOIN generation g ON g.id = v.gen_from
 WHERE v.entity = ?1 AND v.field = $F.EVENTS AND v.gen_from > ?2
 ORDER BY v.gen_from;
