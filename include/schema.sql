-- The store's schema: what ismap-sync writes and ismapfs reads.
--
-- One file holds the newest state of the registry and all of its history.
-- A fact is a row. A row never changes, except that its end (gen_to) is filled
-- in once. A row holds in generation g when gen_from <= g and (gen_to IS NULL
-- or g < gen_to); gen_to IS NULL means that it holds now.
--
-- One row of value, link or document is one file or symlink of the tree, and
-- its id is part of that file's inode number (inode.h). AUTOINCREMENT keeps
-- ids from ever being used again, so that an inode number means one content
-- for ever.

-- What the file is about: exactly one row.
CREATE TABLE store (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  uuid           TEXT NOT NULL CHECK (length(uuid) = 36), -- made once, by init; another uuid is another registry's store
  registry       TEXT NOT NULL CHECK (registry <> ''),    -- short name: ismap, fedramp, …
  title          TEXT NOT NULL,                           -- the list's own name, for people, as published
  title_en       TEXT NOT NULL,                           -- the same in English
  time_zone      TEXT NOT NULL,                           -- the zone in which the registry's days begin (timestamp.h)
  language       TEXT NOT NULL,                           -- BCP 47 tag of the text that governs
  schema_version INTEGER NOT NULL CHECK (schema_version > 0)
) STRICT;

-- One publication of the list that changed something.
CREATE TABLE generation (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  published_at    INTEGER NOT NULL,  -- when the registry says it published this; milliseconds since 1970 UTC
  published_basis TEXT NOT NULL CHECK (published_basis IN ('stated', 'given', 'fetched')), -- by the publication, by --at, by the clock
  day             TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- of published_at, in store.time_zone
  mtime           INTEGER NOT NULL UNIQUE, -- nanoseconds since 1970 UTC shown as the rows' mtime; strictly increasing with id
  fetched_at      INTEGER NOT NULL,  -- when ismap-sync read it; milliseconds since 1970 UTC
  source          TEXT NOT NULL,     -- which reader understood it: fedramp, interchange, bundled, …
  complete        INTEGER NOT NULL CHECK (complete IN (0, 1)), -- 1: the publication says that it is the whole list
  services        INTEGER NOT NULL CHECK (services >= 0),    -- services listed
  kept            INTEGER NOT NULL DEFAULT 1 CHECK (kept IN (0, 1)), -- 1: at/ shows its state; 0: pruned, the row stays for mtimes
  held_until      INTEGER,           -- until when it was known to be the newest; milliseconds since 1970 UTC; NULL: it is the newest
  chain           TEXT NOT NULL CHECK (length(chain) = 64)   -- SHA-256 over the chain before, this row and what it began and ended: ismap-mirror(7)
) STRICT;

-- What was read for a generation. One that isn't a publication's (of the calendar,
-- of a pruning) rests on the documents of the one before.
CREATE TABLE source_document (
  generation   INTEGER NOT NULL REFERENCES generation (id),
  role         TEXT NOT NULL CHECK (role <> ''),     -- what it is for: list, changelog, overview; rewind: why and from which file the store was set back
  shape        TEXT NOT NULL,                        -- in which of its layouts it is; '' where there is but one
  location     TEXT NOT NULL,                        -- where it came from: a URL or a file's name
  sha256       TEXT NOT NULL CHECK (length(sha256) = 64), -- of its bytes, decoded
  published_at INTEGER,                              -- the time that it states; milliseconds since 1970 UTC; NULL: none
  PRIMARY KEY (generation, role, location)
) STRICT;

-- The vocabulary: what a kind of entity is. Rows are fixed (vocabulary.h).
CREATE TABLE kind (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  meaning    TEXT NOT NULL,
  meaning_ja TEXT NOT NULL -- the same in Japanese
) STRICT;

-- The vocabulary: what a link between entities means. Its name is the name of
-- the subdirectory that shows such links. Rows are fixed (vocabulary.h).
CREATE TABLE relation (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  meaning    TEXT NOT NULL,
  meaning_ja TEXT NOT NULL
) STRICT;

-- The vocabulary: what a value means. Its name is the name of the file.
-- Ids below 1000 are fixed (vocabulary.h); a source's own extra fields follow.
CREATE TABLE field (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  type       TEXT NOT NULL CHECK (type IN ('text', 'line', 'list', 'date', 'time', 'word', 'number', 'url', 'yes-no', 'table')),
  meaning    TEXT NOT NULL,
  meaning_ja TEXT NOT NULL
) STRICT;

-- Anything that has a directory of its own. Entity 1 is the tree's root.
CREATE TABLE entity (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL REFERENCES kind (id),
  key  TEXT NOT NULL CHECK (key <> ''), -- its identity within the kind; for a control, edition/id
  UNIQUE (kind, key)
) STRICT;

-- Which directory shows an entity, under which name, and since when. A service
-- that leaves the list moves from `services` to `delisted`: two rows. The kind is
-- the entity's own: it is part of an inode number, and to read it there would cost a
-- page for each directory.
CREATE TABLE presence (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  entity   INTEGER NOT NULL REFERENCES entity (id),
  kind     INTEGER NOT NULL REFERENCES kind (id),
  parent   INTEGER NOT NULL REFERENCES entity (id),
  name     TEXT NOT NULL CHECK (name <> '' AND name NOT GLOB '*/*'),
  gen_from INTEGER NOT NULL REFERENCES generation (id),
  gen_to   INTEGER REFERENCES generation (id) CHECK (gen_to > gen_from)
) STRICT;
CREATE UNIQUE INDEX presence_name_now ON presence (parent, name) WHERE gen_to IS NULL;
CREATE UNIQUE INDEX presence_entity_now ON presence (entity) WHERE gen_to IS NULL;
CREATE INDEX presence_list_now ON presence (parent) WHERE gen_to IS NULL;
CREATE INDEX presence_name ON presence (parent, name, gen_from, gen_to, entity, kind); -- all that looking up a name needs
CREATE INDEX presence_entity ON presence (entity, gen_from);
CREATE INDEX presence_from ON presence (gen_from);
CREATE INDEX presence_to ON presence (gen_to) WHERE gen_to IS NOT NULL;

-- A stated value: one file, whose content is the text and a newline, or
-- nothing at all when the text is empty (known to be empty).
CREATE TABLE value (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  entity   INTEGER NOT NULL REFERENCES entity (id),
  field    INTEGER NOT NULL REFERENCES field (id),
  gen_from INTEGER NOT NULL REFERENCES generation (id),
  gen_to   INTEGER REFERENCES generation (id) CHECK (gen_to > gen_from),
  size     INTEGER NOT NULL CHECK (size >= 0), -- of the file, in bytes
  text     TEXT NOT NULL,
  CHECK (size = CASE text WHEN '' THEN 0 ELSE length(CAST(text AS BLOB)) + 1 END)
) STRICT;
CREATE UNIQUE INDEX value_now ON value (entity, field) WHERE gen_to IS NULL;
CREATE INDEX value_history ON value (entity, field, gen_from);
CREATE INDEX value_from ON value (gen_from);
CREATE INDEX value_to ON value (gen_to) WHERE gen_to IS NOT NULL;

-- One symlink in the directory (entity, relation).
CREATE TABLE link (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  entity   INTEGER NOT NULL REFERENCES entity (id),
  relation INTEGER NOT NULL REFERENCES relation (id),
  name     TEXT NOT NULL CHECK (name <> '' AND name NOT GLOB '*/*'),
  target   INTEGER NOT NULL REFERENCES entity (id), -- the entity that it leads to
  path     TEXT NOT NULL CHECK (path <> '' AND path NOT GLOB '/*'), -- what readlink shows: relative, made by ismap-sync
  gen_from INTEGER NOT NULL REFERENCES generation (id),
  gen_to   INTEGER REFERENCES generation (id) CHECK (gen_to > gen_from)
) STRICT;
CREATE UNIQUE INDEX link_now ON link (entity, relation, name) WHERE gen_to IS NULL;
CREATE INDEX link_list_now ON link (entity, relation) WHERE gen_to IS NULL;
CREATE INDEX link_history ON link (entity, relation, name, gen_from);
CREATE INDEX link_target ON link (target, relation, gen_from);
CREATE INDEX link_from ON link (gen_from);
CREATE INDEX link_to ON link (gen_to) WHERE gen_to IS NOT NULL;

-- A file that is made of many rows, rendered by ismap-sync: only the newest
-- rendering is kept, so it has a beginning but no end. One goes for good only in
-- a generation in which an entity's presence ends, or which prunes states: a
-- mounted driver looks for such ones in no other.
CREATE TABLE document (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  entity   INTEGER NOT NULL REFERENCES entity (id), -- the directory that shows it
  name     TEXT NOT NULL CHECK (name <> '' AND name NOT GLOB '*/*'),
  gen_from INTEGER NOT NULL REFERENCES generation (id),
  size     INTEGER NOT NULL CHECK (size >= 0),      -- in bytes
  UNIQUE (entity, name)
) STRICT;
CREATE INDEX document_list ON document (entity);
CREATE INDEX document_from ON document (gen_from);

-- A document's bytes, in pieces of 65,536 (the last one shorter), each packed by
-- zstd on its own (chunk.h). Lists of changes repeat themselves: they shrink to
-- a tenth.
CREATE TABLE chunk (
  document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
  seq      INTEGER NOT NULL CHECK (seq >= 0),
  bytes    BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65824),
  PRIMARY KEY (document, seq)
) STRICT;

-- In which generations a directory's own rows changed: its mtime is the
-- newest one's, and a mounted driver announces these to the kernel.
CREATE TABLE touch (
  entity   INTEGER NOT NULL REFERENCES entity (id),
  relation INTEGER NOT NULL REFERENCES relation (id),
  gen      INTEGER NOT NULL REFERENCES generation (id),
  PRIMARY KEY (entity, relation, gen)
) STRICT, WITHOUT ROWID;
CREATE INDEX touch_gen ON touch (gen);

-- What each generation changed about services, as changes/ shows it. A change
-- keeps its number for ever. A value changed (field; old_value and new_value are
-- rows of `value`, NULL where there was, or is, none), or a link came or went
-- (relation; old_link or new_link), or the service itself did (neither; its name
-- is the value). A publication of another shape is one change of the root: what
-- only one of the two shapes states isn't told of each service.
CREATE TABLE change (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  gen       INTEGER NOT NULL REFERENCES generation (id),
  kind      TEXT NOT NULL CHECK (kind IN ('added', 'delisted', 'returned', 'changed', 'publication')),
  entity    INTEGER NOT NULL REFERENCES entity (id),
  field     INTEGER REFERENCES field (id),
  old_value INTEGER REFERENCES value (id),
  new_value INTEGER REFERENCES value (id),
  relation  INTEGER REFERENCES relation (id),
  old_link  INTEGER REFERENCES link (id),
  new_link  INTEGER REFERENCES link (id),
  CHECK ((kind IN ('changed', 'publication')) = (field IS NOT NULL OR relation IS NOT NULL)),
  CHECK (field IS NULL OR relation IS NULL)
) STRICT;
CREATE INDEX change_gen ON change (gen);
CREATE INDEX change_entity ON change (entity, gen);

-- Names for a fact's row, for people who read the file with sqlite3:
-- every service, listed or delisted, one row each.
CREATE VIEW services AS
SELECT e.key AS service,
       p.key AS listed_in,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.NAME AND gen_to IS NULL) AS name,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.NAME_EN AND gen_to IS NULL) AS name_en,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.NUMBER AND gen_to IS NULL) AS number,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.STATUS AND gen_to IS NULL) AS status,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.LEVEL AND gen_to IS NULL) AS level,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.PROVIDER_NAME AND gen_to IS NULL) AS provider,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.REGISTERED_ON AND gen_to IS NULL) AS registered_on,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.VALID_UNTIL AND gen_to IS NULL) AS valid_until
  FROM entity e
  JOIN presence n ON n.entity = e.id AND n.gen_to IS NULL
  JOIN entity p ON p.id = n.parent
 WHERE e.kind = $K.SERVICE;

-- Every value that any entity ever had, in words.
CREATE VIEW facts AS
SELECT k.name AS kind, e.key AS entity, f.name AS field, v.text AS value,
       strftime('%Y-%m-%dT%H:%M:%SZ', g.published_at / 1000, 'unixepoch') AS since,
       strftime('%Y-%m-%dT%H:%M:%SZ', h.published_at / 1000, 'unixepoch') AS until
  FROM value v
  JOIN entity e ON e.id = v.entity
  JOIN kind k ON k.id = e.kind
  JOIN field f ON f.id = v.field
  JOIN generation g ON g.id = v.gen_from
  LEFT JOIN generation h ON h.id = v.gen_to;
