-- The lines of a generation ?1 that its chain is made of, as ismap-mirror(7) has
-- them. chain_line(): chain.c. What is rendered, and how the rows are numbered, is
-- no part of it; nor are directories of files that are made of others.

-- 1. What it follows, and what it is.
SELECT chain_line('ismapfs-chain 1') || char(10) || chain_line('before', ?2) || char(10)
       || chain_line('held-until', (SELECT held_until FROM generation WHERE id < ?1 ORDER BY id DESC LIMIT 1)) || char(10)
       || chain_line('generation', id, published_at, published_basis, day, mtime, fetched_at, source, complete, services)
  FROM generation
 WHERE id = ?1;

-- 2. What was read for it.
SELECT chain_line('document', role, shape, location, sha256, published_at) AS line
  FROM source_document
 WHERE generation = ?1
 ORDER BY line;

-- 3. What it began and ended.
SELECT chain_line('+value', k.name, e.key, f.name, v.text) AS line
  FROM value v INDEXED BY value_from
 CROSS JOIN entity e ON e.id = v.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN field f ON f.id = v.field
 WHERE v.gen_from = ?1
UNION ALL
SELECT chain_line('-value', k.name, e.key, f.name, v.text)
  FROM value v INDEXED BY value_to
 CROSS JOIN entity e ON e.id = v.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN field f ON f.id = v.field
 WHERE v.gen_to = ?1
UNION ALL
SELECT chain_line('+link', k.name, e.key, r.name, l.name, q.name, t.key, l.path)
  FROM link l INDEXED BY link_from
 CROSS JOIN entity e ON e.id = l.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN relation r ON r.id = l.relation
 CROSS JOIN entity t ON t.id = l.target
 CROSS JOIN kind q ON q.id = t.kind
 WHERE l.gen_from = ?1
UNION ALL
SELECT chain_line('-link', k.name, e.key, r.name, l.name, q.name, t.key, l.path)
  FROM link l INDEXED BY link_to
 CROSS JOIN entity e ON e.id = l.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN relation r ON r.id = l.relation
 CROSS JOIN entity t ON t.id = l.target
 CROSS JOIN kind q ON q.id = t.kind
 WHERE l.gen_to = ?1
UNION ALL
SELECT chain_line('+presence', k.name, e.key, q.name, d.key, p.name)
  FROM presence p INDEXED BY presence_from
 CROSS JOIN entity e ON e.id = p.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN entity d ON d.id = p.parent
 CROSS JOIN kind q ON q.id = d.kind
 WHERE p.gen_from = ?1
UNION ALL
SELECT chain_line('-presence', k.name, e.key, q.name, d.key, p.name)
  FROM presence p INDEXED BY presence_to
 CROSS JOIN entity e ON e.id = p.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN entity d ON d.id = p.parent
 CROSS JOIN kind q ON q.id = d.kind
 WHERE p.gen_to = ?1
 ORDER BY line;
