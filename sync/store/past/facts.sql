-- What a file tells of the generations up to ?2, as facts of side ?1. Where one of two files is
-- pruned, ?3 is the oldest generation that both still show; what ended before is in neither.
INSERT OR REPLACE INTO main.fact (side, kind, key, field, since, until, text)
WITH shown (entity) AS MATERIALIZED (
  SELECT DISTINCT entity FROM presence WHERE ifnull(gen_to > ?3, 1)
)
SELECT ?1, k.name, e.key, f.name, v.gen_from, iif(v.gen_to <= ?2, v.gen_to, NULL), v.text
  FROM value v
 CROSS JOIN entity e ON e.id = v.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN field f ON f.id = v.field
 WHERE v.gen_from <= ?2 AND ifnull(v.gen_to > ?3, 1) AND v.entity IN (SELECT entity FROM shown)
UNION ALL
SELECT ?1, k.name, e.key, r.name || '/' || l.name, l.gen_from, iif(l.gen_to <= ?2, l.gen_to, NULL),
       l.path || ' (' || q.name || ' ' || t.key || ')'
  FROM link l
 CROSS JOIN entity e ON e.id = l.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN relation r ON r.id = l.relation
 CROSS JOIN entity t ON t.id = l.target
 CROSS JOIN kind q ON q.id = t.kind
 WHERE l.gen_from <= ?2 AND ifnull(l.gen_to > ?3, 1)
UNION ALL
SELECT ?1, k.name, e.key, 'place', p.gen_from, iif(p.gen_to <= ?2, p.gen_to, NULL),
       d.key || '/' || p.name || ' (' || q.name || ')'
  FROM presence p
 CROSS JOIN entity e ON e.id = p.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN entity d ON d.id = p.parent
 CROSS JOIN kind q ON q.id = d.kind
 WHERE p.gen_from <= ?2 AND ifnull(p.gen_to > ?3, 1)
UNION ALL
SELECT ?1, 'generation', g.id, n.name, g.id, NULL,
       ifnull(CASE n.name WHEN 'published-at' THEN g.published_at
                          WHEN 'published-basis' THEN g.published_basis
                          WHEN 'day' THEN g.day
                          WHEN 'mtime' THEN g.mtime
                          WHEN 'fetched-at' THEN g.fetched_at
                          WHEN 'source' THEN g.source
                          WHEN 'complete' THEN g.complete
                          WHEN 'services' THEN g.services
                          WHEN 'held-until' THEN g.held_until
                          WHEN 'chain' THEN g.chain END, '')
  FROM generation g
 CROSS JOIN (SELECT 'published-at' AS name UNION ALL SELECT 'published-basis' UNION ALL SELECT 'day' UNION ALL
             SELECT 'mtime' UNION ALL SELECT 'fetched-at' UNION ALL SELECT 'source' UNION ALL SELECT 'complete' UNION ALL
             SELECT 'services' UNION ALL SELECT 'held-until' UNION ALL SELECT 'chain') n
 WHERE g.id <= ?2 AND NOT (n.name = 'held-until' AND g.id = ?2)
UNION ALL
SELECT ?1, 'generation', generation, 'document ' || role || ' ' || location, generation, NULL,
       shape || ' ' || sha256 || ' ' || ifnull(published_at, '')
  FROM source_document
 WHERE generation BETWEEN ?3 AND ?2;
