-- What ismap-sync remembers of its own reading, so that the next publication
-- costs what it changes. No reader of a store needs these tables; a store that
-- lacks them, or whose newest generation another program made, is read whole
-- once, and then has them.

-- Up to which generation, and by which reader, the account below was kept. Of
-- another generation or another reader it says nothing.
CREATE TABLE IF NOT EXISTS reading_of (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL,
  reader     TEXT NOT NULL      -- source, its version, and what else decides what is read out of a record
) STRICT;

-- Every listed service, and every provider and auditor that ever was.
CREATE TABLE IF NOT EXISTS reading (
  entity      INTEGER PRIMARY KEY REFERENCES entity (id),
  name        TEXT,             -- a service's in by-name/, before twins are told apart; a party's own, or last one
  fingerprint BLOB              -- of the record that its values come from (fingerprint.h); NULL: read it again
) STRICT;
CREATE INDEX IF NOT EXISTS reading_name ON reading (name);

-- What a publication states of a provider itself, beside its services; and, of
-- the collection of controls, all its editions and baselines.
CREATE TABLE IF NOT EXISTS reading_facts (
  entity      INTEGER PRIMARY KEY REFERENCES entity (id),
  fingerprint BLOB NOT NULL
) STRICT;

-- What listed services say they are built on, where that was never listed: it may be one day.
CREATE TABLE IF NOT EXISTS reading_unlisted (
  key    TEXT NOT NULL,         -- what its entity's would be
  entity INTEGER NOT NULL REFERENCES entity (id),
  number TEXT NOT NULL,         -- as stated
  PRIMARY KEY (key, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reading_unlisted_entity ON reading_unlisted (entity);
