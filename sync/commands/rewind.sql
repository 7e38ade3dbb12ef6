-- What came after generation rewind_run.last is undone. Rows that ended since hold again, rows that
-- began since are gone; so are documents, which are rendered anew. Ids are not used again.

CREATE TEMP TABLE later AS
SELECT entity FROM presence WHERE gen_from > (SELECT last FROM rewind_run)
EXCEPT
SELECT entity FROM presence WHERE gen_from <= (SELECT last FROM rewind_run);

DELETE FROM change WHERE gen > (SELECT last FROM rewind_run);
DELETE FROM touch WHERE gen > (SELECT last FROM rewind_run);
DELETE FROM document;

DELETE FROM value WHERE gen_from > (SELECT last FROM rewind_run);
DELETE FROM link WHERE gen_from > (SELECT last FROM rewind_run);
DELETE FROM presence WHERE gen_from > (SELECT last FROM rewind_run);
UPDATE value SET gen_to = NULL WHERE gen_to > (SELECT last FROM rewind_run);
UPDATE link SET gen_to = NULL WHERE gen_to > (SELECT last FROM rewind_run);
UPDATE presence SET gen_to = NULL WHERE gen_to > (SELECT last FROM rewind_run);

-- Of entities that came since, a key would find a directory that nothing is known of.
DELETE FROM entity
 WHERE id IN (SELECT entity FROM later)
   AND NOT EXISTS (SELECT 1 FROM value WHERE entity = entity.id)
   AND NOT EXISTS (SELECT 1 FROM link WHERE entity = entity.id OR target = entity.id)
   AND NOT EXISTS (SELECT 1 FROM touch WHERE entity = entity.id)
   AND NOT EXISTS (SELECT 1 FROM change WHERE entity = entity.id);
DROP TABLE later;

DELETE FROM source_document WHERE generation > (SELECT last FROM rewind_run);
DELETE FROM generation WHERE id > (SELECT last FROM rewind_run);

-- A check that was made by a clock in the future proves nothing.
UPDATE generation
   SET held_until = max(published_at, min(held_until, (SELECT now FROM rewind_run)))
 WHERE held_until IS NOT NULL;
UPDATE store SET uuid = (SELECT uuid FROM rewind_run);
