-- Every value that a service (?1) ever had: field, type, text, since and until which generation, and whether it held in one (?2).
SELECT f.name, f.type, v.text, v.gen_from, v.gen_to,
       v.gen_from <= ?2 AND (v.gen_to IS NULL OR v.gen_to > ?2)
  FROM value v
  JOIN field f ON f.id = v.field
 WHERE v.entity = ?1
 ORDER BY v.field, v.gen_from;
