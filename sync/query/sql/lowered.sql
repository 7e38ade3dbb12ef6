-- The class that a service (?1) had before its present one, if that was a higher one, and the day of the list that lowered it.
SELECT b.text, g.day
  FROM value n
  JOIN value b ON b.entity = n.entity AND b.field = n.field AND b.gen_to = n.gen_from
  JOIN generation g ON g.id = n.gen_from
 WHERE n.entity = ?1 AND n.field = $F.CLASS AND n.gen_to IS NULL AND length(n.text) = 1 AND length(b.text) = 1 AND b.text > n.text;
