-- A publication that is read whole: nothing is known of earlier readings but what
-- the store's facts still tell.

DELETE FROM reading_of;
DELETE FROM reading_facts;
DELETE FROM reading;
INSERT INTO reading (entity, name)
SELECT e.id, (SELECT v.text FROM value v WHERE v.entity = e.id AND v.field = 10 ORDER BY v.gen_from DESC LIMIT 1)
  FROM entity e WHERE e.kind IN (6, 7);

-- service_key(): staging.c.
DELETE FROM reading_unlisted;
WITH RECURSIVE line (entity, number, rest) AS (
  SELECT v.entity, '', v.text || char(10)
    FROM entity c JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
    JOIN value v ON v.entity = p.entity AND v.field = 44 AND v.gen_to IS NULL
   WHERE c.kind = 2 AND c.key = 'services'
  UNION ALL
  SELECT entity, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1)
    FROM line WHERE rest <> '')
INSERT OR IGNORE INTO reading_unlisted (key, entity, number) SELECT service_key(number), entity, number FROM line WHERE number <> '';
