-- What a publication says, before it is compared with what the store says: the
-- tree as it should be, in memory (schema `stage`), as far as the publication
-- can have changed it. Sources stage the records that differ from those read
-- before; affect.sql finds which other services that concerns, carry.sql stages
-- these from the store, derive.sql adds what follows from all their facts, and
-- difference.sql finds what to end and what to begin. When nothing is known of
-- the reading before, every service is affected. Entities have staging ids (sid)
-- here; their ids in the store are filled in when they are known.

CREATE TABLE stage.staged_run (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  day       TEXT,               -- of the publication, in the registry's zone
  complete  INTEGER NOT NULL,   -- the publication is the whole list
  catalogue INTEGER NOT NULL,   -- the publication brings controls and baselines along
  whole     INTEGER NOT NULL,   -- every service is affected
  gen       INTEGER             -- the generation being made
) STRICT;

CREATE TABLE stage.staged_entity (
  sid  INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key  TEXT,                    -- NULL until identity.c has found it
  name TEXT,                    -- what identifies a provider or an auditor
  id   INTEGER,
  UNIQUE (kind, key),
  UNIQUE (kind, name)
) STRICT;
CREATE INDEX stage.staged_entity_id ON staged_entity (id);

CREATE TABLE stage.staged_presence (
  sid    INTEGER PRIMARY KEY,
  parent INTEGER NOT NULL,
  name   TEXT NOT NULL
) STRICT;

CREATE TABLE stage.staged_value (
  sid   INTEGER NOT NULL,
  field INTEGER NOT NULL,
  text  TEXT NOT NULL,
  PRIMARY KEY (sid, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE stage.staged_link (
  sid      INTEGER NOT NULL,
  relation INTEGER NOT NULL,
  name     TEXT NOT NULL,
  target   INTEGER NOT NULL,
  path     TEXT NOT NULL,
  PRIMARY KEY (sid, relation, name)
) STRICT, WITHOUT ROWID;

-- A service's provider or auditor.
CREATE TABLE stage.staged_party (
  service INTEGER NOT NULL,
  party   INTEGER NOT NULL,
  PRIMARY KEY (service, party)
) STRICT, WITHOUT ROWID;
CREATE INDEX stage.staged_party_party ON staged_party (party);

-- A baseline that a service's level demands, or a control that its statement names.
CREATE TABLE stage.staged_declaration (
  service INTEGER NOT NULL,
  target  INTEGER NOT NULL,
  PRIMARY KEY (service, target)
) STRICT, WITHOUT ROWID;

-- A service that is built on another, by their keys: a publication may name
-- either of them before it has stated it, or not state it at all.
CREATE TABLE stage.staged_leverage (
  service TEXT NOT NULL,
  target  TEXT NOT NULL,
  number  TEXT NOT NULL,        -- the target's, as stated
  PRIMARY KEY (service, target)
) STRICT, WITHOUT ROWID;

CREATE INDEX stage.staged_leverage_target ON staged_leverage (target);

-- What was staged from a record, and its fingerprint.
CREATE TABLE stage.staged_record (
  sid         INTEGER PRIMARY KEY,
  fingerprint BLOB NOT NULL
) STRICT;

-- Entities of the store of which the publication says what the one before said.
CREATE TABLE stage.restated (id INTEGER PRIMARY KEY) STRICT;

-- Services that the publication, which is the whole list, lists no more.
CREATE TABLE stage.gone (id INTEGER PRIMARY KEY) STRICT;

-- Services of the store that refer to a control or a baseline that the publication's catalogue lacks.
CREATE TABLE stage.dropped (id INTEGER PRIMARY KEY) STRICT;

-- Services that come, go or return: links to them lead elsewhere.
CREATE TABLE stage.moved (key TEXT PRIMARY KEY, id INTEGER) STRICT;

-- Entities of the store whose rows may not be what they should be: these are compared.
CREATE TABLE stage.affected (id INTEGER PRIMARY KEY) STRICT;

-- Affected services of which the publication stages nothing: theirs is staged from the store.
CREATE TABLE stage.carried (
  sid      INTEGER,
  id       INTEGER PRIMARY KEY,
  listed   INTEGER NOT NULL,    -- 1: it stays listed
  restated INTEGER NOT NULL     -- 1: the publication lists it, as it was
) STRICT;
CREATE INDEX stage.carried_sid ON carried (sid);

-- Services that an affected one is built on, and where they are shown.
CREATE TABLE stage.foundation (
  key       TEXT PRIMARY KEY,
  sid       INTEGER NOT NULL,
  name      TEXT NOT NULL,
  listed_in TEXT NOT NULL       -- services or delisted
) STRICT;

-- The difference: rows of the store to end, staged rows to begin.
CREATE TABLE stage.ended_value (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE stage.ended_link (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE stage.ended_presence (id INTEGER PRIMARY KEY) STRICT;
-- old: the row that a new one takes the place of.
CREATE TABLE stage.new_value (
  sid   INTEGER NOT NULL,
  field INTEGER NOT NULL,
  old   INTEGER,
  PRIMARY KEY (sid, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE stage.new_link (
  sid      INTEGER NOT NULL,
  relation INTEGER NOT NULL,
  name     TEXT NOT NULL,
  old      INTEGER,
  PRIMARY KEY (sid, relation, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE stage.new_presence (sid INTEGER PRIMARY KEY, old INTEGER) STRICT;

-- Services under their names, and under their status, level and month of expiry.
CREATE TABLE stage.staged_name (
  service INTEGER PRIMARY KEY,
  key     TEXT NOT NULL,
  name    TEXT NOT NULL
) STRICT;
CREATE INDEX stage.staged_name_name ON staged_name (name);
CREATE TABLE stage.staged_facet (
  service   INTEGER NOT NULL,
  name      TEXT NOT NULL,
  listed_in TEXT NOT NULL,     -- services or delisted
  farm      TEXT NOT NULL,     -- by-status, by-level, by-expiry
  word      TEXT NOT NULL      -- the name of the directory in it
) STRICT;
