-- Renamed, and provably so: a party of the store whose name is gone from the list,
-- when its key is the slug of the new name, or was made of it (slug~N): only the
-- writing changed. ?1 kind, ?2 slug.
SELECT key FROM gone_party WHERE kind = ?1 AND (key = ?2 OR (key > ?2 || '~' AND key < ?2 || '~:'));
