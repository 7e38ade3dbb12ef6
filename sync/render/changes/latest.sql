-- changes/latest leads to the newest day with changes. The temporary table `latest`
-- has the generation, the directory's entity and the path.
UPDATE link
   SET gen_to = (SELECT gen FROM latest)
 WHERE entity = (SELECT directory FROM latest) AND gen_to IS NULL AND gen_from < (SELECT gen FROM latest)
   AND path IS NOT (SELECT path FROM latest);
INSERT INTO link (entity, relation, name, target, path, gen_from)
SELECT directory, $R.SELF, 'latest', directory, path, gen
  FROM latest
 WHERE path IS NOT NULL AND NOT EXISTS (SELECT 1 FROM link WHERE entity = directory AND gen_to IS NULL);
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT directory, $R.SELF, gen
  FROM latest
 WHERE EXISTS (SELECT 1 FROM link WHERE entity = directory AND gen_from = gen);
DROP TABLE latest;
