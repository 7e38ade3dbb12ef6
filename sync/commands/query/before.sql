-- The status that a service (?1) had before its present one.
SELECT b.text
  FROM value n
  JOIN value b ON b.entity = n.entity AND b.field = n.field AND b.gen_to = n.gen_from
 WHERE n.entity = ?1 AND n.field = $F.STATUS AND n.gen_to IS NULL;
