-- Values and listings of the entity ?1 in the order of time: since, until (NULL for
-- now), field, value. Where it was listed comes before what was said of it.
SELECT g.published_at, h.published_at, x.field, x.text
  FROM (SELECT p.gen_from AS since, p.gen_to AS until, 0 AS rank, '' AS text,
               CASE c.key WHEN 'delisted' THEN 'delisted'
                          ELSE iif(EXISTS (SELECT 1 FROM presence o
                                            WHERE o.entity = p.entity AND o.gen_from < p.gen_from),
                                   'returned', 'listed') END AS field
          FROM presence p
          JOIN entity c ON c.id = p.parent
         WHERE p.entity = ?1
        UNION ALL
        SELECT v.gen_from, v.gen_to, f.id, v.text, f.name
          FROM value v
          JOIN field f ON f.id = v.field
         WHERE v.entity = ?1
        UNION ALL
        SELECT l.gen_from, l.gen_to, 10000 + l.relation, iif(l.relation = $R.SELF, t.key, l.name),
               iif(l.relation = $R.SELF, 'baseline', r.name)
          FROM link l
          JOIN relation r ON r.id = l.relation
          JOIN entity t ON t.id = l.target
         WHERE l.entity = ?1
           AND (l.relation IN ($R.CONTROLS, $R.LEVERAGES) OR (l.relation = $R.SELF AND l.name = 'controls'))) x
 CROSS JOIN generation g ON g.id = x.since
  LEFT JOIN generation h ON h.id = x.until
 ORDER BY x.since, x.rank, x.text;
