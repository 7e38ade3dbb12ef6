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

-- Rows of generations stay, with their chains: they are small, and whoever noted one can still ask
-- for it. What was read for one that nothing is left of goes, but for why a store was changed by
-- hand.
UPDATE generation SET kept = 0 WHERE id < (SELECT first FROM prune_run);
DELETE FROM source_document
 WHERE role NOT IN ('rewind', 'kept', 'forgotten')
   AND generation IN (SELECT id FROM generation g
                       WHERE id < (SELECT first FROM prune_run)
                         AND NOT EXISTS (SELECT 1 FROM value WHERE gen_from = g.id)
                         AND NOT EXISTS (SELECT 1 FROM link WHERE gen_from = g.id)
                         AND NOT EXISTS (SELECT 1 FROM presence WHERE gen_from = g.id)
                         AND NOT EXISTS (SELECT 1 FROM document WHERE gen_from = g.id)
                         AND NOT EXISTS (SELECT 1 FROM touch WHERE gen = g.id));
