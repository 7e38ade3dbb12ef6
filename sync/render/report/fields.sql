-- The fields that services have, by their number: name, type, meaning, meaning in Japanese.
SELECT json_group_object(id, json_array(name, type, meaning, meaning_ja))
  FROM (SELECT * FROM field
         WHERE id IN (SELECT DISTINCT v.field FROM value v JOIN entity e ON e.id = v.entity AND e.kind = $K.SERVICE WHERE v.gen_to IS NULL)
         ORDER BY id);
