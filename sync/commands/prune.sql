-- Forgets the states before generation prune_run.first. Rows that hold in a kept
-- state stay as they are, and so do the generation rows that they refer to:
-- their mtimes and inodes don't change. Entities stay, so that one that comes
-- back has its old directory.

DELETE FROM change WHERE gen <= (SELECT first FROM prune_run);
DELETE FROM value WHERE gen_to <= (SELECT first FROM prune_run);
DELETE FROM link WHERE gen_to <= (SELECT first FROM prune_run);
DELETE FROM presence WHERE gen_to <= (SELECT first FROM prune_run);

-- Of the generations that touched a directory, the newest before the horizon
-- still is its mtime in the oldest state.
DELETE FROM touch
 WHERE gen < (SELECT first FROM prune_run)
   AND EXISTS (SELECT 1 FROM touch n WHERE n.entity = touch.entity AND n.relation = touch.relation
                  AND n.gen > touch.gen AND n.gen <= (SELECT first FROM prune_run));

-- What is left of entities that no kept state shows.
DELETE FROM touch
 WHERE NOT EXISTS (SELECT 1 FROM presence p WHERE p.entity = touch.entity)
   AND touch.entity <> 1;
DELETE FROM value WHERE NOT EXISTS (SELECT 1 FROM presence p WHERE p.entity = value.entity);
DELETE FROM document
 WHERE entity IN (SELECT id FROM entity WHERE kind = $K.DERIVED AND key IN ('history/services', 'history/providers'))
   AND name NOT IN (SELECT key || '.tsv' FROM entity WHERE id IN (SELECT entity FROM presence));
DELETE FROM document
 WHERE entity IN (SELECT id FROM entity WHERE kind = $K.DERIVED AND key = 'changes') AND name <> 'all.tsv'
   AND name NOT IN (SELECT g.day || '.tsv' FROM change c JOIN generation g ON g.id = c.gen);
DELETE FROM document
 WHERE entity IN (SELECT id FROM entity WHERE kind = $K.DERIVED AND key = 'changes') AND name = 'all.tsv'
   AND NOT EXISTS (SELECT 1 FROM change);

-- Documents went: their directories changed.
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT id, $R.SELF, gen FROM entity, staged_run
 WHERE kind = $K.DERIVED AND key IN ('history/services', 'history/providers', 'changes');

-- Of all that .registry shows, only the generation's number is new.
UPDATE value SET gen_to = (SELECT gen FROM staged_run) WHERE gen_to IS NULL AND field = $F.GENERATION;
INSERT INTO value (entity, field, gen_from, size, text)
SELECT e.id, $F.GENERATION, run.gen, length(run.gen) + 1, run.gen
  FROM entity e CROSS JOIN staged_run run
 WHERE e.kind = $K.REGISTRY;
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT e.id, $R.SELF, run.gen FROM entity e CROSS JOIN staged_run run WHERE e.kind = $K.REGISTRY;

UPDATE generation SET kept = 0 WHERE id < (SELECT first FROM prune_run);
CREATE TEMP TABLE needless AS
SELECT id
  FROM generation
 WHERE id < (SELECT first FROM prune_run)
   AND NOT EXISTS (SELECT 1 FROM value WHERE gen_from = generation.id)
   AND NOT EXISTS (SELECT 1 FROM link WHERE gen_from = generation.id)
   AND NOT EXISTS (SELECT 1 FROM presence WHERE gen_from = generation.id)
   AND NOT EXISTS (SELECT 1 FROM document WHERE gen_from = generation.id)
   AND NOT EXISTS (SELECT 1 FROM touch WHERE gen = generation.id);
DELETE FROM source_document WHERE generation IN (SELECT id FROM needless);
DELETE FROM generation WHERE id IN (SELECT id FROM needless);
DROP TABLE needless;
