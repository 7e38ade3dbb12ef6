-- When a service (?1) came to the status that it had in a generation (?2): the day of the list, '' if it was there from the
-- store's beginning; the status before, and since which day of the list it had that. ?3: this program's former word for the same.
SELECT iif(g.id > (SELECT min(id) FROM generation WHERE kept = 1), g.day, ''), o.text, b.day
  FROM value v
  LEFT JOIN value f ON f.entity = v.entity AND f.field = v.field AND f.gen_to = v.gen_from AND f.text = ?3
  JOIN generation g ON g.id = coalesce(f.gen_from, v.gen_from)
  LEFT JOIN value o ON o.entity = v.entity AND o.field = v.field AND o.gen_to = g.id
  LEFT JOIN generation b ON b.id = o.gen_from
 WHERE v.entity = ?1 AND v.field = $F.STATUS AND v.gen_from <= ?2 AND (v.gen_to IS NULL OR v.gen_to > ?2);
