-- What a publication says, before it is compared with what the store says: the
-- tree as it should be, in a file of its own (schema `stage`). Sources stage the facts that
-- they read; 2-parties.sql and identity.c find who is who; 3-carry.sql adds what
-- the publication leaves out, as the store has it; 4-derive.sql adds what follows
-- from all these facts; 5-difference.sql finds what to end and what to begin; and
-- 7-apply.sql writes that. Entities have staging ids (sid) here; their ids in the
-- store are filled in when they are known.

CREATE TABLE stage.staged_run (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  day       TEXT,               -- of the publication, in the registry's zone
  language  TEXT NOT NULL,      -- the registry's own
  complete  INTEGER NOT NULL,   -- the publication is the whole list
  catalogue INTEGER NOT NULL,   -- the publication brings controls and baselines along
  gen       INTEGER             -- the generation being made
) STRICT;

-- Fields that the store's vocabulary lacks.
CREATE TABLE stage.staged_field (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  type    TEXT NOT NULL,
  meaning TEXT NOT NULL,
  meaning_ja TEXT NOT NULL
) STRICT;

CREATE TABLE stage.staged_entity (
  sid  INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key  TEXT,                    -- NULL until identity.c has found it
  name TEXT,                    -- what identifies a provider, an auditor or an agency
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

-- A service's provider, auditor or agency.
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

-- Providers, auditors and agencies of the store.
CREATE TABLE stage.known_party (
  id   INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key  TEXT NOT NULL,
  name TEXT,                    -- the one that it has, or had last
  UNIQUE (kind, key)
) STRICT;
CREATE INDEX stage.known_party_name ON known_party (kind, name, key);

-- Those whose names the publication lacks, as long as no other name has got their keys; and
-- the one provider under which all services are listed that were listed under such a one.
CREATE TABLE stage.gone_party (
  id   INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key  TEXT NOT NULL,
  UNIQUE (kind, key)
) STRICT;
CREATE TABLE stage.heir (
  party INTEGER NOT NULL,       -- its staging id
  gone  INTEGER NOT NULL,
  PRIMARY KEY (party, gone)
) STRICT, WITHOUT ROWID;

-- Services of the store that the publication doesn't name, staged as the store has them.
CREATE TABLE stage.carried (
  id     INTEGER PRIMARY KEY,
  sid    INTEGER,
  listed INTEGER NOT NULL       -- 1: it stays listed
) STRICT;

-- Listed services under their names, and all under their status, level, class and month of expiry.
CREATE TABLE stage.staged_name (
  service INTEGER PRIMARY KEY,
  key     TEXT NOT NULL,
  name    TEXT NOT NULL
) STRICT;
CREATE TABLE stage.staged_facet (
  service   INTEGER NOT NULL,
  name      TEXT NOT NULL,
  listed_in TEXT NOT NULL,      -- services or delisted
  farm      TEXT NOT NULL,      -- by-status, by-level, by-class, by-expiry
  word      TEXT NOT NULL       -- the name of the directory in it
) STRICT;

-- What the words of a status say of their services (source.h).
CREATE TABLE stage.status_word (
  word     TEXT PRIMARY KEY,
  in_force TEXT NOT NULL,       -- yes, no or unknown
  meaning  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Staged services that the registry calls delisted, but that its list lacks.
CREATE TABLE stage.staged_unlisted (sid INTEGER PRIMARY KEY) STRICT;

-- Rows of the publication whose service can't be told by its id; and the services
-- that it lists, but of which it says nothing: they stay as the store has them.
CREATE TABLE stage.staged_stranger (
  name     TEXT NOT NULL,
  provider TEXT NOT NULL,
  entries  INTEGER NOT NULL,    -- of the same name and provider
  key      TEXT,                -- of the service, where it is known
  PRIMARY KEY (name, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE stage.staged_stays (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

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

-- What was read last of each role of documents, and what is read now; fields whose changes aren't told.
CREATE TABLE stage.known_shape (role TEXT, shape TEXT, PRIMARY KEY (role, shape)) STRICT, WITHOUT ROWID;
CREATE TABLE stage.read_shape (role TEXT, shape TEXT, PRIMARY KEY (role, shape)) STRICT, WITHOUT ROWID;
CREATE TABLE stage.untold_field (field INTEGER PRIMARY KEY) STRICT;

-- The publication before; the services that were and are listed, and what changed of them.
CREATE TABLE stage.before (complete INTEGER NOT NULL, source TEXT NOT NULL) STRICT;
CREATE TABLE stage.stayed (entity INTEGER PRIMARY KEY) STRICT;
CREATE TABLE stage.changed (
  id        INTEGER PRIMARY KEY, -- in the order in which it is told
  entity    INTEGER NOT NULL,
  field     INTEGER,
  old_value INTEGER,
  new_value INTEGER,
  relation  INTEGER,
  old_link  INTEGER,
  new_link  INTEGER
) STRICT;

-- What .registry shows of the generation itself.
CREATE TABLE stage.registry_value (field INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
