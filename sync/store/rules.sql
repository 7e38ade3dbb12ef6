-- What a schema can't state. Each statement yields the name of a rule, which
-- check.c has as a sentence, and where it is broken; nothing where it
-- holds. A file may be a stranger's, so each takes time in proportion to the
-- file, and holds at every date, not just now.

SELECT 'one store', 'store'
 WHERE (SELECT count(*) FROM store) <> 1;

-- What the schema's CHECKs say: SQLite leaves them out of a schema that it reads of a file that it
-- can't write (sqlite3AddCheckConstraint), and with them what its own checks would find.
SELECT 'rows', 'store'
  FROM store
 WHERE NOT (one = 1 AND length(uuid) = 36 AND uuid NOT GLOB '*[^0-9a-f-]*' AND registry <> '' AND schema_version > 0)
UNION ALL
SELECT 'rows', 'generation ' || id
  FROM generation
 WHERE NOT (published_basis IN ('stated', 'given', 'fetched') AND length(chain) = 64
            AND day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
            AND complete IN (0, 1) AND services >= 0 AND kept IN (0, 1))
UNION ALL
SELECT 'rows', 'field ' || id
  FROM field
 WHERE type NOT IN ('text', 'line', 'list', 'date', 'time', 'word', 'number', 'url', 'yes-no', 'table')
UNION ALL
SELECT 'rows', 'entity ' || id
  FROM entity
 WHERE key = ''
UNION ALL
SELECT 'rows', 'presence ' || id
  FROM presence
 WHERE NOT (name <> '' AND name NOT GLOB '*/*' AND ifnull(gen_to > gen_from, 1))
UNION ALL
SELECT 'rows', 'value ' || id
  FROM value
 WHERE NOT (size = CASE text WHEN '' THEN 0 ELSE length(CAST(text AS BLOB)) + 1 END
            AND ifnull(gen_to > gen_from, 1))
UNION ALL
SELECT 'rows', 'link ' || id
  FROM link
 WHERE NOT (name <> '' AND name NOT GLOB '*/*' AND path <> '' AND path NOT GLOB '/*'
            AND ifnull(gen_to > gen_from, 1))
UNION ALL
SELECT 'rows', 'document ' || id
  FROM document
 WHERE NOT (name <> '' AND name NOT GLOB '*/*' AND size >= 0)
UNION ALL
SELECT 'rows', 'chunk ' || rowid
  FROM chunk
 WHERE NOT (seq >= 0 AND length(bytes) BETWEEN 1 AND 65824)
UNION ALL
SELECT 'rows', 'change ' || seq
  FROM change
 WHERE NOT (kind IN ('added', 'delisted', 'returned', 'changed', 'publication')
            AND (kind IN ('changed', 'publication')) = (field IS NOT NULL OR relation IS NOT NULL)
            AND (field IS NULL OR relation IS NULL));

SELECT 'rows', 'source_document ' || rowid
  FROM source_document
 WHERE NOT (role <> '' AND length(sha256) = 64);

SELECT 'generations', id
  FROM (SELECT id, mtime <= lag(mtime) OVER in_order OR published_at < lag(published_at) OVER in_order
                   OR day < lag(day) OVER in_order OR day IS NOT date(day) AS broken
          FROM generation WINDOW in_order AS (ORDER BY id))
 WHERE broken;

-- What is shown as now can't have been pruned.
SELECT 'generations', id
  FROM (SELECT id, kept FROM generation ORDER BY id DESC LIMIT 1)
 WHERE kept <> 1;

-- Inode numbers and the offsets of listings have so many bits for them (inode.h, fs/listing.h).
SELECT 'ids', first || '-' || last
  FROM (SELECT min(id) AS first, max(id) AS last, (1 << 20) - 1 AS most FROM generation
        UNION ALL SELECT min(id), max(id), (1 << 26) - 1 FROM entity
        UNION ALL SELECT min(id), max(id), (1 << 44) - 1 FROM presence
        UNION ALL SELECT min(id), max(id), (1 << 44) - 1 FROM value
        UNION ALL SELECT min(id), max(id), (1 << 44) - 1 FROM link
        UNION ALL SELECT min(id), max(id), (1 << 44) - 1 FROM document
        UNION ALL SELECT min(id), max(id), (1 << 44) - 1 FROM field)
 WHERE first < 1 OR last > most;

-- By partitions, here and below: SQLite keeps one at a time, of a window without them the whole table.
SELECT 'values', id
  FROM (SELECT id, ifnull(lag(gen_to, 1, 0) OVER in_order > gen_from, 1) AS broken
          FROM value WINDOW in_order AS (PARTITION BY entity, field ORDER BY gen_from))
 WHERE broken;

-- A directory has a name once: of rows of one table, which follow each other, and of different tables.
SELECT 'once', name
  FROM (SELECT name, ifnull(lag(gen_to, 1, 0) OVER in_order > gen_from, 1) AS broken
          FROM presence WINDOW in_order AS (PARTITION BY parent, name ORDER BY gen_from))
 WHERE broken;

SELECT 'once', id
  FROM (SELECT id, ifnull(lag(gen_to, 1, 0) OVER in_order > gen_from, 1) AS broken
          FROM presence WINDOW in_order AS (PARTITION BY entity ORDER BY gen_from))
 WHERE broken;

SELECT 'once', name
  FROM (SELECT name, ifnull(lag(gen_to, 1, 0) OVER in_order > gen_from, 1) AS broken
          FROM link WINDOW in_order AS (PARTITION BY entity, relation, name ORDER BY gen_from))
 WHERE broken;

-- Of names that rows of several tables have, all these rows follow each other. To compare each row
-- with all others of its name would take time that grows with the square of their number.
WITH shared (directory, name) AS (
  SELECT DISTINCT p.parent, p.name
    FROM presence p
   WHERE EXISTS (SELECT 1 FROM link l WHERE l.entity = p.parent AND l.relation = $R.SELF AND l.name = p.name)),
shown (directory, name, gen_from, gen_to) AS (
  SELECT s.directory, s.name, p.gen_from, p.gen_to
    FROM shared s CROSS JOIN presence p ON p.parent = s.directory AND p.name = s.name
  UNION ALL
  SELECT s.directory, s.name, l.gen_from, l.gen_to
    FROM shared s CROSS JOIN link l ON l.entity = s.directory AND l.relation = $R.SELF AND l.name = s.name)
SELECT 'once', name
  FROM (SELECT name, ifnull(lag(gen_to, 1, 0) OVER in_order > gen_from, 1) AS broken
          FROM shown WINDOW in_order AS (PARTITION BY directory, name ORDER BY gen_from))
 WHERE broken;

WITH shared (directory, name, field) AS (
  SELECT s.directory, s.name, f.id
    FROM (SELECT parent AS directory, name FROM presence
          UNION SELECT entity, name FROM link WHERE relation = $R.SELF) s
    JOIN field f ON f.name = s.name),
shown (directory, name, gen_from, gen_to) AS (
  SELECT s.directory, s.name, p.gen_from, p.gen_to
    FROM shared s CROSS JOIN presence p ON p.parent = s.directory AND p.name = s.name
  UNION ALL
  SELECT s.directory, s.name, l.gen_from, l.gen_to
    FROM shared s CROSS JOIN link l ON l.entity = s.directory AND l.relation = $R.SELF AND l.name = s.name
  UNION ALL
  SELECT s.directory, s.name, v.gen_from, v.gen_to
    FROM shared s CROSS JOIN value v ON v.entity = s.directory AND v.field = s.field)
SELECT 'once', name
  FROM (SELECT name, ifnull(lag(gen_to, 1, 0) OVER in_order > gen_from, 1) AS broken
          FROM shown WINDOW in_order AS (PARTITION BY directory, name ORDER BY gen_from))
 WHERE broken;

-- A relation's subdirectory has its name, while there is a link in it: no link of that name begins
-- before one of these ends, and the other way round.
WITH shared (directory, name, relation) AS (
  SELECT DISTINCT l.entity, l.name, r.id
    FROM link l JOIN relation r ON r.name = l.name
   WHERE l.relation = $R.SELF),
shown (directory, name, within, gen_from, gen_to) AS (
  SELECT s.directory, s.name, 0, l.gen_from, ifnull(l.gen_to, 1 << 62)
    FROM shared s CROSS JOIN link l ON l.entity = s.directory AND l.relation = $R.SELF AND l.name = s.name
  UNION ALL
  SELECT s.directory, s.name, 1, m.gen_from, ifnull(m.gen_to, 1 << 62)
    FROM shared s CROSS JOIN link m ON m.entity = s.directory AND m.relation = s.relation)
SELECT 'once', name
  FROM (SELECT name, gen_from, within,
               max(iif(within, 0, gen_to)) OVER before AS named_until, max(iif(within, gen_to, 0)) OVER before AS filled_until
          FROM shown
        WINDOW before AS (PARTITION BY directory, name ORDER BY gen_from ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
 WHERE gen_from < iif(within, named_until, filled_until);

SELECT 'once', d.name
  FROM document d
 WHERE EXISTS (SELECT 1 FROM presence p WHERE p.parent = d.entity AND p.name = d.name AND p.gen_to IS NULL)
    OR EXISTS (SELECT 1 FROM link l WHERE l.entity = d.entity AND l.relation = $R.SELF AND l.name = d.name AND l.gen_to IS NULL)
    OR EXISTS (SELECT 1 FROM value v WHERE v.entity = d.entity AND v.gen_to IS NULL
                                       AND v.field = (SELECT id FROM field f WHERE f.name = d.name));

-- In a text with a NUL, what C sees of it ends there. Control characters, of C1 too, do what they
-- like to a terminal; those that turn the direction of writing have a name pass for another (name.c).
SELECT 'names', name
  FROM (SELECT name FROM presence UNION ALL SELECT name FROM link UNION ALL SELECT name FROM document
        UNION ALL SELECT name FROM field)
 WHERE name IN ('', '.', '..') OR instr(name, '/') > 0
    OR length(CAST(name AS BLOB)) > 255
    OR instr(CAST(name AS BLOB), x'00') > 0
    OR name GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || char(0x61c, 0x200e, 0x200f)
                      || char(0x202a) || '-' || char(0x202e) || char(0x2066) || '-' || char(0x2069) || ']*';

SELECT 'root', 1
 WHERE (SELECT group_concat(id) FROM entity WHERE kind = $K.ROOT) IS NOT '1'
    OR EXISTS (SELECT 1 FROM presence WHERE entity = 1);

SELECT 'root', p.id
  FROM presence p
 WHERE p.gen_to IS NULL AND p.parent <> 1
   AND NOT EXISTS (SELECT 1 FROM presence q WHERE q.entity = p.parent AND q.gen_to IS NULL);

SELECT 'places', p.id
  FROM presence p
  JOIN entity e ON e.id = p.entity
 WHERE p.kind <> e.kind;

-- So how deep a directory lies follows from its kind: a collection 1, an edition
-- 2, a control 3, what has files of its own otherwise 2. A collection's key says
-- what it gathers.
SELECT 'places', p.id
  FROM presence p
  JOIN entity e ON e.id = p.entity
  JOIN entity q ON q.id = p.parent
 WHERE q.kind <> CASE WHEN e.kind IN ($K.COLLECTION, $K.REGISTRY) THEN $K.ROOT WHEN e.kind = $K.CONTROL THEN $K.EDITION ELSE $K.COLLECTION END
   AND NOT (e.kind = $K.DERIVED AND q.kind IN ($K.ROOT, $K.REGISTRY, $K.DERIVED))
    OR q.kind = $K.COLLECTION AND e.kind <> CASE WHEN q.key IN ('services', 'delisted') THEN $K.SERVICE
                                     WHEN q.key = 'providers' THEN $K.PROVIDER
                                     WHEN q.key = 'auditors' THEN $K.AUDITOR
                                     WHEN q.key = 'agencies' THEN $K.AGENCY
                                     WHEN q.key = 'controls' THEN $K.EDITION
                                     WHEN q.key = 'baselines' THEN $K.BASELINE
                                     WHEN q.key IN ('by-status', 'by-level', 'by-class', 'by-expiry') THEN $K.FACET
                                     ELSE e.kind END;

SELECT 'tree', id
  FROM (SELECT l.id, l.path, 3 * (CASE e.kind WHEN $K.ROOT THEN 0 WHEN $K.COLLECTION THEN 1 WHEN $K.REGISTRY THEN 1 WHEN $K.CONTROL THEN 3 ELSE 2 END
                                   + (l.relation <> $R.SELF)) AS up
          FROM link l
          JOIN entity e ON e.id = l.entity AND e.kind <> $K.DERIVED)
 WHERE substr(path, 1, up) <> substr('../../../../', 1, up)
    OR instr('/' || substr(path, up + 1) || '/', '/../') > 0
    OR instr(CAST(path AS BLOB), x'00') > 0;

SELECT 'tree', l.id
  FROM link l
  JOIN entity e ON e.id = l.entity AND e.kind = $K.DERIVED
 WHERE l.path GLOB '*/*' OR l.path IN ('.', '..') OR instr(CAST(l.path AS BLOB), x'00') > 0;

-- As long as a path can be (PATH_MAX, its NUL included).
SELECT 'tree', id
  FROM link
 WHERE length(CAST(path AS BLOB)) > 4095;

SELECT 'shown', l.id
  FROM link l
 WHERE l.gen_to IS NULL
   AND NOT EXISTS (SELECT 1 FROM presence p WHERE p.entity = l.target AND p.gen_to IS NULL);

SELECT 'paths', l.id
  FROM link l
  JOIN presence p ON p.entity = l.target AND p.gen_to IS NULL
  JOIN entity c ON c.id = p.parent
  JOIN entity e ON e.id = l.entity AND e.kind <> $K.DERIVED
 WHERE l.gen_to IS NULL
   AND replace(replace(l.path, '../', '') || '/', '/controls/', '/')
       NOT IN (c.key || '/' || p.name || '/', 'controls/' || c.key || '/' || p.name || '/');

SELECT 'status', e.key
  FROM entity e
  JOIN presence p ON p.entity = e.id AND p.gen_to IS NULL
 WHERE e.kind = $K.SERVICE
   AND NOT EXISTS (SELECT 1 FROM value v
                    WHERE v.entity = e.id AND v.field = $F.STATUS AND v.gen_to IS NULL AND v.text <> '');

-- As many chunks as its size makes: each full, but the last.
SELECT 'chunks', d.name
  FROM document d
 WHERE (SELECT count(*) FROM chunk c WHERE c.document = d.id) <> (d.size + 65535) / 65536;
