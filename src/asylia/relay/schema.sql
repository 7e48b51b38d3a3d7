-- All that the relay knows.  Every blob was sealed before it came here; every id is random, or is
-- derived from a secret that never comes here.  A row carries a day at most, never a time, an
-- address or an account.  No table has a rowid: a rowid is a counter that shows order of arrival.
-- Order of arrival still shows in where pages lie and in the write-ahead log; `settle` ends that
-- when the day ends.

-- What reporters sent, until the team asks for its deletion.
CREATE TABLE envelope (
  id   BLOB PRIMARY KEY CHECK (length(id) = 16),
  day  INTEGER NOT NULL,          -- day it came (days since 1970-01-01, UTC)
  blob BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Pieces of attachments, 1 MiB each; nothing here says which belong together.
CREATE TABLE piece (
  id   BLOB PRIMARY KEY CHECK (length(id) = 16),
  day  INTEGER NOT NULL,
  blob BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Replies to reporters.  A drop that was read, or lay 14 days, is gone: its blob is NULL, its id
-- stays 60 days so that nothing else can be put in its place.
CREATE TABLE reply (
  id   BLOB PRIMARY KEY CHECK (length(id) = 32),
  day  INTEGER NOT NULL,          -- day it came; once gone, the day it went
  blob BLOB
) STRICT, WITHOUT ROWID;

-- The team's ledger: sealed entries in the one order that all devices agree on.
CREATE TABLE entry (
  position INTEGER PRIMARY KEY,   -- dense from 0
  hash     BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of blob
  blob     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The transparency log: salted commitments, real and cover alike.
CREATE TABLE leaf (
  position INTEGER PRIMARY KEY,   -- dense from 0
  data     BLOB NOT NULL CHECK (length(data) = 32)
) STRICT, WITHOUT ROWID;
CREATE INDEX leaf_by_data ON leaf (data);

-- Roots of the log's full subtrees of 256^level leaves (C2SP tlog-tiles), so that neither a tile
-- nor a checkpoint has to read every leaf.
CREATE TABLE subtree (
  level    INTEGER NOT NULL CHECK (level > 0),
  position INTEGER NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

-- One value a name:
--   access      SHA-256 of the secret that the team shows (32 bytes); where it replaced one, that
--               one's (32 bytes) and the day (decimal text): until 30 days later it reads the line
--   bundle      the intake bundle, as the team signed it
--   checkpoint  the log's newest signed checkpoint
--   settled     the day up to which past days were rewritten (decimal text)
CREATE TABLE setting (
  name  TEXT PRIMARY KEY CHECK (name IN ('access', 'bundle', 'checkpoint', 'settled')),
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Halves of what opens devices (`spec/relay.md`, "Shares"); nothing says whose.  From version 2 on.
CREATE TABLE share (
  id      BLOB PRIMARY KEY CHECK (length(id) = 16),
  token   BLOB NOT NULL CHECK (length(token) = 32),  -- SHA-256 of what the device shows
  share   BLOB NOT NULL CHECK (length(share) = 32),
  tries   INTEGER NOT NULL,       -- wrong ones since the last right one, at most 10
  stopped INTEGER NOT NULL        -- 1: a colleague shut the device out
) STRICT, WITHOUT ROWID;
