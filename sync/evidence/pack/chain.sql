-- A line for each generation from ?1 on, in the form that ismap-mirror(7) has for pruned ones.
SELECT chain_line('generation', id, published_at, published_basis, day, mtime, fetched_at, source, complete, services,
                  held_until, chain)
  FROM generation
 WHERE id >= ?1
 ORDER BY id;
