-- What a schema can't state. Each statement yields the name of a rule, which
-- store_check.c has as a sentence, and where it is broken; nothing where it
-- holds. A file may be a stranger's, so each takes time in proportion to the
-- file, and holds at every date, not just now.

SELECT 'one store', 'store'
 WHERE (SELECT count(*) FROM store) <> 1;

SELECT 'generations', id
  FROM (SELECT id, mtime <= lag(mtime) OVER in_order OR published_at < lag(published_at) OVER in_order AS broken
          FROM generation WINDOW in_order AS (ORDER BY id))
 WHERE broken;

SELECT 'values', id
  FROM (SELECT id, entity = lag(entity) OVER in_order AND field = lag(field) OVER in_order
                   AND ifnull(lag(gen_to) OVER in_order > gen_from, 1) AS broken
          FROM value WINDOW in_order AS (ORDER BY entity, field, gen_from))
 WHERE broken;

-- In a text with a NUL, what C sees of it ends there.
SELECT 'names', name
  FROM (SELECT name FROM presence UNION ALL SELECT name FROM link UNION ALL SELECT name FROM document)
 WHERE name IN ('.', '..')
    OR length(CAST(name AS BLOB)) > 255
    OR instr(CAST(name AS BLOB), x'00') > 0
    OR name GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*';

SELECT 'root', p.id
  FROM presence p
 WHERE p.gen_to IS NULL AND p.parent <> 1
   AND NOT EXISTS (SELECT 1 FROM presence q WHERE q.entity = p.parent AND q.gen_to IS NULL);

-- So how deep a directory lies follows from its kind: a collection 1, an edition
-- 2, a control 3, what has files of its own otherwise 2. A collection's key says
-- what it gathers (vocabulary.h).
SELECT 'places', p.id
  FROM presence p
  JOIN entity e ON e.id = p.entity
  JOIN entity q ON q.id = p.parent
 WHERE q.kind <> CASE WHEN e.kind IN (2, 10) THEN 1 WHEN e.kind = 8 THEN 3 ELSE 2 END
   AND NOT (e.kind = 11 AND q.kind IN (1, 10, 11))
    OR q.kind = 2 AND e.kind <> CASE WHEN q.key IN ('services', 'delisted') THEN 5
                                     WHEN q.key = 'providers' THEN 6
                                     WHEN q.key = 'auditors' THEN 7
                                     WHEN q.key = 'controls' THEN 3
                                     WHEN q.key = 'baselines' THEN 9
                                     WHEN q.key IN ('by-status', 'by-level', 'by-expiry') THEN 4
                                     ELSE e.kind END;

SELECT 'tree', id
  FROM (SELECT l.id, l.path, 3 * (CASE e.kind WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 10 THEN 1 WHEN 8 THEN 3 ELSE 2 END
                                   + (l.relation <> 0)) AS up
          FROM link l
          JOIN entity e ON e.id = l.entity AND e.kind <> 11)
 WHERE substr(path, 1, up) <> substr('../../../../', 1, up)
    OR instr('/' || substr(path, up + 1) || '/', '/../') > 0
    OR instr(CAST(path AS BLOB), x'00') > 0;

SELECT 'tree', l.id
  FROM link l
  JOIN entity e ON e.id = l.entity AND e.kind = 11
 WHERE l.path GLOB '*/*' OR l.path IN ('.', '..') OR instr(CAST(l.path AS BLOB), x'00') > 0;

SELECT 'shown', l.id
  FROM link l
 WHERE l.gen_to IS NULL
   AND NOT EXISTS (SELECT 1 FROM presence p WHERE p.entity = l.target AND p.gen_to IS NULL);

SELECT 'paths', l.id
  FROM link l
  JOIN presence p ON p.entity = l.target AND p.gen_to IS NULL
  JOIN entity c ON c.id = p.parent
  JOIN entity e ON e.id = l.entity AND e.kind <> 11
 WHERE l.gen_to IS NULL
   AND replace(replace(l.path, '../', '') || '/', '/controls/', '/')
       NOT IN (c.key || '/' || p.name || '/', 'controls/' || c.key || '/' || p.name || '/');

SELECT 'status', e.key
  FROM entity e
  JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL
 WHERE e.kind = 5
   AND NOT EXISTS (SELECT 1 FROM value v
                    WHERE v.entity = e.id AND v.field = 13 AND v.gen_to IS NULL AND v.text <> '');

-- As many chunks as its size makes: each full, but the last.
SELECT 'chunks', d.name
  FROM document d
 WHERE (SELECT count(*) FROM chunk c WHERE c.document = d.id) <> (d.size + 65535) / 65536;
