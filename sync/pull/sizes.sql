-- How many fields there will be, and the greatest ids of an entity and of a generation.
SELECT (SELECT count(*) FROM field) + (SELECT count(*) FROM staged_field),
       (SELECT coalesce(max(id), 0) FROM entity) + (SELECT count(*) FROM staged_entity WHERE id IS NULL),
       (SELECT coalesce(max(id), 0) FROM generation) + 1;
