-- What a generation (staged_run.gen) that only restates the list says of itself in .registry: its
-- number, the store's uuid, and its documents.
CREATE TABLE stage.registry_value (field INTEGER, text TEXT);
INSERT INTO registry_value (field, text)
SELECT $F.GENERATION, gen FROM staged_run
UNION ALL
SELECT $F.UUID, uuid FROM store
UNION ALL
SELECT $F.DOCUMENTS, group_concat(line, char(10))
  FROM (SELECT d.role || ' ' || d.shape || ' ' || d.sha256 || ' ' || d.location AS line
          FROM staged_run JOIN source_document d ON d.generation = staged_run.gen ORDER BY d.role, d.location);
-- What is the same goes on.
DELETE FROM registry_value
 WHERE EXISTS (SELECT 1 FROM value v JOIN entity e ON e.id = v.entity AND e.kind = $K.REGISTRY
                WHERE v.field = registry_value.field AND v.text = registry_value.text AND v.gen_to IS NULL);
UPDATE value SET gen_to = (SELECT gen FROM staged_run)
 WHERE gen_to IS NULL AND entity = (SELECT id FROM entity WHERE kind = $K.REGISTRY)
   AND field IN (SELECT field FROM registry_value);
INSERT INTO value (entity, field, gen_from, size, text)
SELECT e.id, r.field, run.gen, length(CAST(r.text AS BLOB)) + 1, r.text
  FROM registry_value r JOIN entity e ON e.kind = $K.REGISTRY CROSS JOIN staged_run run;
INSERT OR IGNORE INTO touch (entity, relation, gen)
SELECT e.id, $R.SELF, run.gen FROM entity e CROSS JOIN staged_run run WHERE e.kind = $K.REGISTRY;
