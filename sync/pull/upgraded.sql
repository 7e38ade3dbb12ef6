-- What the generation of an upgrade (staged_run.gen) changes besides restated.sql: what the
-- vocabulary has now.

CREATE TEMP VIEW explained AS
SELECT f.id, f.type || ': ' || iif(s.language GLOB 'ja*', f.meaning_ja || ' / ', '') || f.meaning AS text
  FROM main.field f CROSS JOIN main.store s;
UPDATE value SET gen_to = (SELECT gen FROM staged_run)
 WHERE gen_to IS NULL AND entity = (SELECT id FROM entity WHERE kind = $K.DERIVED AND key = '.registry/schema')
   AND text IS NOT (SELECT text FROM explained WHERE id = value.field);
INSERT INTO value (entity, field, gen_from, size, text)
SELECT e.id, f.id, run.gen, length(CAST(f.text AS BLOB)) + 1, f.text
  FROM entity e CROSS JOIN staged_run run JOIN explained f
 WHERE e.kind = $K.DERIVED AND e.key = '.registry/schema'
   AND NOT EXISTS (SELECT 1 FROM value v WHERE v.entity = e.id AND v.field = f.id AND v.gen_to IS NULL)
 ORDER BY f.id;
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT e.id, $R.SELF, run.gen
  FROM entity e CROSS JOIN staged_run run
 WHERE e.kind = $K.DERIVED AND e.key = '.registry/schema';
DROP VIEW explained;
