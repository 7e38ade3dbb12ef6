-- The day of the list on which a service (?1) came to the status that it had in a generation (?2), if this store saw it come to it.
SELECT g.day FROM value v JOIN generation g ON g.id = v.gen_from
 WHERE v.entity = ?1 AND v.field = $F.STATUS AND v.gen_from <= ?2 AND (v.gen_to IS NULL OR v.gen_to > ?2)
   AND v.gen_from > (SELECT min(id) FROM generation WHERE kept = 1);
