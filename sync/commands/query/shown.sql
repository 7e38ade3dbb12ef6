-- All that is stated of a service (?1) in a generation (?2), as its directory has it: name, whether it is a list, text; a link's is what it leads to.
SELECT name, is_list, text FROM (
  SELECT v.field AS place, f.name AS name, f.type = 'list' AS is_list, v.text AS text
    FROM value v JOIN field f ON f.id = v.field
   WHERE v.entity = ?1 AND v.gen_from <= ?2 AND (v.gen_to IS NULL OR v.gen_to > ?2)
  UNION ALL
  SELECT 1000000 + l.relation, r.name, 1, group_concat(t.key, char(10))
    FROM (SELECT * FROM link WHERE entity = ?1 AND gen_from <= ?2 AND (gen_to IS NULL OR gen_to > ?2) ORDER BY relation, name) l
    JOIN relation r ON r.id = l.relation
    JOIN entity t ON t.id = l.target
   WHERE l.relation <> $R.SELF
   GROUP BY l.relation)
 ORDER BY place, name;
