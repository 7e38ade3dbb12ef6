-- The lines of what a pruning kept (?2: 0) or forgot (?2: 1) of what was before generation ?1, as
-- ismap-mirror(7) has them. chain_line(): chain.c.

-- 1. What it is.
SELECT chain_line('ismapfs-pruned 1') || char(10) || chain_line(iif(?2, 'forgotten', 'kept')) || char(10)
       || chain_line('first', ?1);

-- 2. Generations that aren't shown any more, whose rows stay.
SELECT chain_line('generation', id, published_at, published_basis, day, mtime, fetched_at, source, complete, services,
                  held_until, chain)
  FROM generation
 WHERE id < ?1 AND NOT ?2
 ORDER BY id;

-- 3. Rows that hold in generation ?1, and since when; or that don't, and until when they did. Of an
-- entity that nothing shows any more, the values are forgotten, too.
SELECT chain_line('value', v.gen_from, iif(?2, v.gen_to, NULL), k.name, e.key, f.name, v.text) AS line
  FROM value v
 CROSS JOIN entity e ON e.id = v.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN field f ON f.id = v.field
 WHERE v.gen_from <= ?1
   AND ?2 = (ifnull(v.gen_to <= ?1, 0)
             OR NOT EXISTS (SELECT 1 FROM presence p WHERE p.entity = v.entity AND ifnull(p.gen_to > ?1, 1)))
UNION ALL
SELECT chain_line('link', l.gen_from, iif(?2, l.gen_to, NULL), k.name, e.key, r.name, l.name, q.name, t.key, l.path)
  FROM link l
 CROSS JOIN entity e ON e.id = l.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN relation r ON r.id = l.relation
 CROSS JOIN entity t ON t.id = l.target
 CROSS JOIN kind q ON q.id = t.kind
 WHERE l.gen_from <= ?1 AND ?2 = ifnull(l.gen_to <= ?1, 0)
UNION ALL
SELECT chain_line('presence', p.gen_from, iif(?2, p.gen_to, NULL), k.name, e.key, q.name, d.key, p.name)
  FROM presence p
 CROSS JOIN entity e ON e.id = p.entity AND e.kind <> $K.DERIVED
 CROSS JOIN kind k ON k.id = e.kind
 CROSS JOIN entity d ON d.id = p.parent
 CROSS JOIN kind q ON q.id = d.kind
 WHERE p.gen_from <= ?1 AND ?2 = ifnull(p.gen_to <= ?1, 0)
 ORDER BY line;
