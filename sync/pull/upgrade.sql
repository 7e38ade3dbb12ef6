-- A store of version 1 (schema `old`) becomes one of this version (schema main,
-- empty but for the vocabulary and the root). Nothing but the old file decides what
-- comes out: no clock, no state. Rows keep their ids, but for those that a word of
-- status is in: such a row is a new one, so that no inode number ever shows other
-- bytes, and has the generations of the one before.
--
-- Temporary tables that upgrade.c has filled: status_word (former, word, in_force,
-- meaning; both NULL where nothing is known) of each status that the file has, former_shape (source, shape).

CREATE TEMP TABLE new_facet AS
SELECT e.id AS former, ifnull((SELECT seq FROM old.sqlite_sequence WHERE name = 'entity'), 0)
                       + row_number() OVER (ORDER BY e.id) AS id, w.word AS word
  FROM old.entity e
  JOIN status_word w ON e.key = 'by-status/' || w.former AND w.word <> w.former
 WHERE e.kind = $K.FACET;
CREATE TEMP TABLE new_presence AS
SELECT p.id AS former, ifnull((SELECT seq FROM old.sqlite_sequence WHERE name = 'presence'), 0)
                       + row_number() OVER (ORDER BY p.id) AS id
  FROM old.presence p
 WHERE p.entity IN (SELECT former FROM new_facet);
CREATE TEMP TABLE new_link AS
SELECT l.id AS former, ifnull((SELECT seq FROM old.sqlite_sequence WHERE name = 'link'), 0)
                       + row_number() OVER (ORDER BY l.id) AS id
  FROM old.link l
 WHERE l.entity IN (SELECT former FROM new_facet);
CREATE TEMP TABLE new_value AS
SELECT v.id AS former, ifnull((SELECT seq FROM old.sqlite_sequence WHERE name = 'value'), 0)
                       + row_number() OVER (ORDER BY v.id) AS id, w.word AS text
  FROM old.value v
  JOIN old.entity e ON e.id = v.entity AND e.kind = $K.SERVICE
  JOIN status_word w ON w.former = v.text AND w.word <> w.former
 WHERE v.field = $F.STATUS;
CREATE INDEX temp.new_facet_former ON new_facet (former);
CREATE INDEX temp.new_presence_former ON new_presence (former);
CREATE INDEX temp.new_link_former ON new_link (former);
CREATE INDEX temp.new_value_former ON new_value (former);

INSERT INTO main.store (one, uuid, registry, title, title_en, time_zone, language, schema_version)
SELECT one, uuid, registry, title, title, time_zone, language, (SELECT user_version FROM pragma_user_version)
  FROM old.store;
INSERT INTO main.field (id, name, type, meaning, meaning_ja)
SELECT id, name, type, meaning, '情報源の記載のまま、情報源自身の見出しで保持したもの'
  FROM old.field
 WHERE id NOT IN (SELECT id FROM main.field)
 ORDER BY id;

-- When a source was asked between two publications is in no file of version 1.
INSERT INTO main.generation (id, published_at, published_basis, day, mtime, fetched_at, source, complete, services, kept,
                             held_until, chain)
SELECT id, published_at, published_basis, day, mtime, fetched_at, source, complete, services, kept,
       iif(lead(id) OVER (ORDER BY id) IS NULL, NULL, published_at), printf('%064d', 0)
  FROM old.generation
 ORDER BY id;
-- Until now a pruning had its own text for a location, and the calendar the day for a time.
CREATE TEMP TABLE former_document AS
SELECT sha256, location, source, min(id) AS first FROM old.generation WHERE source <> 'prune' GROUP BY sha256;
INSERT INTO main.source_document (generation, role, shape, location, sha256, published_at)
SELECT g.id, 'list', ifnull(s.shape, ''), ifnull(d.location, g.location), g.sha256,
       (SELECT f.published_at FROM old.generation f WHERE f.id = d.first AND f.published_basis = 'stated')
  FROM old.generation g
  LEFT JOIN former_document d ON d.sha256 = g.sha256
  LEFT JOIN former_shape s ON s.source = ifnull(d.source, g.source)
 ORDER BY g.id;

INSERT INTO main.entity (id, kind, key)
SELECT ifnull(f.id, e.id) AS now, e.kind, ifnull('by-status/' || f.word, e.key)
  FROM old.entity e
  LEFT JOIN new_facet f ON f.former = e.id
 WHERE e.id NOT IN (SELECT id FROM main.entity)
 ORDER BY now;
INSERT INTO main.presence (id, entity, kind, parent, name, gen_from, gen_to)
SELECT ifnull(n.id, p.id) AS now, ifnull(f.id, p.entity), e.kind, p.parent, ifnull(f.word, p.name), p.gen_from, p.gen_to
  FROM old.presence p
  JOIN old.entity e ON e.id = p.entity
  LEFT JOIN new_presence n ON n.former = p.id
  LEFT JOIN new_facet f ON f.former = p.entity
 ORDER BY now;
INSERT INTO main.value (id, entity, field, gen_from, gen_to, size, text)
SELECT ifnull(n.id, v.id) AS now, v.entity, v.field, v.gen_from, v.gen_to,
       iif(n.id IS NULL, v.size, length(n.text) + 1), ifnull(n.text, v.text)
  FROM old.value v
  LEFT JOIN new_value n ON n.former = v.id
 ORDER BY now;
INSERT INTO main.link (id, entity, relation, name, target, path, gen_from, gen_to)
SELECT ifnull(n.id, l.id) AS now, ifnull(f.id, l.entity), l.relation, l.name, l.target, l.path, l.gen_from, l.gen_to
  FROM old.link l
  LEFT JOIN new_link n ON n.former = l.id
  LEFT JOIN new_facet f ON f.former = l.entity
 ORDER BY now;
INSERT INTO main.touch (entity, relation, gen)
SELECT ifnull(f.id, t.entity) AS now, t.relation, t.gen
  FROM old.touch t
  LEFT JOIN new_facet f ON f.former = t.entity
 ORDER BY now, t.relation, t.gen;
INSERT INTO main.change (seq, gen, kind, entity, field, old_value, new_value, relation, old_link, new_link)
SELECT c.seq, c.gen, c.kind, c.entity, c.field, ifnull(o.id, c.old_value), ifnull(n.id, c.new_value), c.relation,
       c.old_link, c.new_link
  FROM old.change c
  LEFT JOIN new_value o ON o.former = c.old_value
  LEFT JOIN new_value n ON n.former = c.new_value
 ORDER BY c.seq;

-- Ids that were used are never used again, those of documents, which are made anew, neither.
INSERT INTO main.sqlite_sequence (name, seq)
SELECT name, seq
  FROM old.sqlite_sequence
 WHERE name NOT IN (SELECT name FROM main.sqlite_sequence) AND name IN (SELECT name FROM main.sqlite_schema)
 ORDER BY name;
UPDATE main.sqlite_sequence
   SET seq = max(seq, ifnull((SELECT o.seq FROM old.sqlite_sequence o WHERE o.name = sqlite_sequence.name), 0));

-- Whether a listing held follows from each status, in the past as well; equal ones that follow each
-- other are one row.
CREATE TEMP TABLE in_force AS
SELECT v.entity AS entity, x.field AS field, v.gen_from AS gen_from, v.gen_to AS gen_to,
       iif(x.field = $F.IN_FORCE, ifnull(w.in_force, 'unknown'),
           ifnull(w.meaning, 'nobody told this program what its status means')) AS text
  FROM main.value v
  JOIN main.entity e ON e.id = v.entity AND e.kind = $K.SERVICE
  JOIN status_word w ON w.word = v.text
 CROSS JOIN (SELECT $F.IN_FORCE AS field UNION ALL SELECT $F.IN_FORCE_BASIS) x
 WHERE v.field = $F.STATUS;
INSERT INTO main.value (entity, field, gen_from, gen_to, size, text)
SELECT entity, field, min(gen_from), iif(count(gen_to) < count(*), NULL, max(gen_to)),
       length(CAST(text AS BLOB)) + 1, text
  FROM (SELECT *, sum(begins) OVER in_order AS run
          FROM (SELECT *, lag(text) OVER in_order IS NOT text OR lag(gen_to) OVER in_order IS NOT gen_from AS begins
                  FROM in_force WINDOW in_order AS (PARTITION BY entity, field ORDER BY gen_from))
        WINDOW in_order AS (PARTITION BY entity, field ORDER BY gen_from))
 GROUP BY entity, field, run
 ORDER BY entity, field, min(gen_from);
