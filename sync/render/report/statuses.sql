-- How the number of services of each status went, as one JSON array: status, day, by how many. What was before ?1,
-- the day of the oldest state that is kept, is that day's.
SELECT json_group_array(json_array(word, day, number))
  FROM (SELECT word, max(day, ?1) AS day, sum(step) AS number
          FROM (SELECT v.text AS word, v.gen_from AS gen, 1 AS step
                  FROM value v JOIN entity e ON e.id = v.entity AND e.kind = $K.SERVICE
                 WHERE v.field = $F.STATUS AND v.text <> 'delisted'
                UNION ALL
                SELECT v.text, v.gen_to, -1
                  FROM value v JOIN entity e ON e.id = v.entity AND e.kind = $K.SERVICE
                 WHERE v.field = $F.STATUS AND v.text <> 'delisted' AND v.gen_to IS NOT NULL) x
          JOIN generation g ON g.id = x.gen
         GROUP BY word, max(day, ?1) HAVING sum(step) <> 0 ORDER BY word, max(day, ?1));
