-- The first fact that two sides don't have in common: in one generation those of services first, its
-- own last. A chain, which is made of all others, is named only where nothing else is left. ?1: the oldest generation that both
-- show; ?2: the newest that both have.
WITH differing (generation, kind, key, field, missing) AS (
  SELECT CASE WHEN b.side IS NULL OR b.text IS NOT a.text THEN a.since
              ELSE min(ifnull(a.until, ?2 + 1), ifnull(b.until, ?2 + 1)) END,
         a.kind, a.key, a.field, b.side IS NULL
    FROM fact a
    LEFT JOIN fact b ON b.kind = a.kind AND b.key = a.key AND b.field = a.field AND b.since = a.since AND b.side = 1 - a.side
   WHERE (b.side IS NULL OR b.text IS NOT a.text OR b.until IS NOT a.until)
     -- The first side is behind what the second one was pruned to: what it lacks may have ended.
     AND NOT (b.side IS NULL AND a.side = 0 AND ?1 > ?2)
     -- Former versions of this program forgot rows of generations.
     AND NOT (b.side IS NULL AND a.kind = 'generation' AND a.since < ?1)
)
SELECT d.generation,
       (SELECT text FROM fact WHERE kind = 'generation' AND key = d.generation AND field = 'day' ORDER BY side LIMIT 1),
       d.kind, d.key, d.field,
       (SELECT text FROM fact WHERE side = 0 AND kind = d.kind AND key = d.key AND field = d.field
           AND since <= d.generation AND ifnull(until > d.generation, 1) ORDER BY since DESC LIMIT 1),
       (SELECT text FROM fact WHERE side = 1 AND kind = d.kind AND key = d.key AND field = d.field
           AND since <= d.generation AND ifnull(until > d.generation, 1) ORDER BY since DESC LIMIT 1)
  FROM differing d
 ORDER BY d.kind = 'generation' AND d.field = 'chain', d.generation,
          CASE d.kind WHEN 'service' THEN 0 WHEN 'generation' THEN 2 ELSE 1 END,
          d.kind, d.key, d.field
 LIMIT 1;
