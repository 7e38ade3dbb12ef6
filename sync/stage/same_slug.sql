-- Renamed, and provably so: a party of the store whose name is gone from the list,
-- when its key is the slug of the new name, or was made of it (slug~N): only the
-- writing changed. ?1 kind, ?2 slug.
SELECT p.key
  FROM known_party p
 WHERE p.kind = ?1 AND (p.key = ?2 OR (p.key > ?2 || '~' AND p.key < ?2 || '~:'))
   AND NOT EXISTS (SELECT 1 FROM staged_entity x WHERE x.kind = p.kind AND (x.name = p.name OR x.key = p.key));
