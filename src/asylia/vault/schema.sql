-- The ledger's store in a vault (spec/ledger.md, spec/vault.md).  All of it lies in SQLCipher.

-- Small named values: device-keys (the seed), root, state, bundle, access, heard, destroyed.
CREATE TABLE IF NOT EXISTS value (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The line as the relay showed it: every blob, sealed as it came.
CREATE TABLE IF NOT EXISTS line (
  place INTEGER PRIMARY KEY,      -- position at the relay, dense from 0
  hash  BLOB NOT NULL,            -- SHA-256 of blob
  line  BLOB NOT NULL,            -- the line's value behind it
  state TEXT NOT NULL,            -- applied, epoch, notice, unread, held, refused
  blob  BLOB NOT NULL
) STRICT;
-- Only of what is rare, so that applying an entry costs the same however many there are.
CREATE INDEX IF NOT EXISTS line_state ON line (state, place) WHERE state <> 'applied';
CREATE INDEX IF NOT EXISTS line_hash ON line (hash) WHERE state <> 'applied';

-- Entries in the line that are not applied (line.state held), or were refused after they took their
-- place in their author's chain.
CREATE TABLE IF NOT EXISTS held (
  place       INTEGER PRIMARY KEY,
  compartment TEXT NOT NULL,
  author      BLOB NOT NULL,
  sequence    INTEGER NOT NULL,
  hash        BLOB NOT NULL,
  previous    BLOB NOT NULL,
  epoch       BLOB NOT NULL,
  vouched     INTEGER NOT NULL,   -- 1: its author made it
  waits       BLOB,               -- what wakes it: an entry, or a record
  wanted      BLOB NOT NULL       -- hash of the blob that it waits for, or empty
) STRICT;
CREATE INDEX IF NOT EXISTS held_chain ON held (author, compartment, sequence) WHERE vouched = 1;
CREATE INDEX IF NOT EXISTS held_hash ON held (hash);
CREATE INDEX IF NOT EXISTS held_waits ON held (waits, place) WHERE waits IS NOT NULL;
CREATE INDEX IF NOT EXISTS held_wanted ON held (wanted) WHERE wanted <> x'';

-- Opened epochs, as signed bytes, in the order in which they were applied.
CREATE TABLE IF NOT EXISTS epoch (
  rank   INTEGER PRIMARY KEY,
  hash   BLOB NOT NULL UNIQUE,
  signed BLOB NOT NULL
) STRICT;

-- What opens epochs and notices: the prekey on offer, the one in use, old ones until destroyed.
CREATE TABLE IF NOT EXISTS prekey (
  rank      INTEGER PRIMARY KEY,
  recipient TEXT NOT NULL UNIQUE,
  identity  TEXT NOT NULL,
  since     INTEGER               -- number of the first team epoch that names it; null: on offer
) STRICT;

-- Proposals, opened, until they are carried out or stale: they hold keys.
CREATE TABLE IF NOT EXISTS notice (
  hash    BLOB PRIMARY KEY,
  place   INTEGER NOT NULL,
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Records that were forgotten: a name, without a key.
CREATE TABLE IF NOT EXISTS forgotten (
  record      BLOB PRIMARY KEY,
  compartment TEXT NOT NULL,
  number      INTEGER NOT NULL,   -- of the compartment's epoch that forgot it
  team        INTEGER NOT NULL    -- of the team epoch under which it was last carried
) STRICT, WITHOUT ROWID;

-- Names of 32 bytes that stand in every entry, once.
CREATE TABLE IF NOT EXISTS name (
  id   INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE
) STRICT;

-- A record: the unit of forgetting.  Without its key its entries stay shut.
CREATE TABLE IF NOT EXISTS record (
  record      BLOB PRIMARY KEY,
  compartment TEXT NOT NULL,
  key         BLOB,
  carried     BLOB NOT NULL       -- epoch under which the team was last given the key
) STRICT, WITHOUT ROWID;

-- Applied entries, and own ones that wait (place is null; then content holds what will be sealed).
CREATE TABLE IF NOT EXISTS entry (
  position    INTEGER PRIMARY KEY,
  place       INTEGER,
  author      INTEGER NOT NULL,   -- name.id
  compartment TEXT NOT NULL,
  epoch       INTEGER NOT NULL,   -- name.id
  record      BLOB NOT NULL,
  sequence    INTEGER NOT NULL,
  day         INTEGER NOT NULL,
  kind        INTEGER NOT NULL,
  content     BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS entry_chain ON entry (author, compartment, sequence);
CREATE INDEX IF NOT EXISTS entry_waiting ON entry (position) WHERE place IS NULL;
CREATE INDEX IF NOT EXISTS entry_control ON entry (position) WHERE kind = 2;

-- Control entries that count: each device's newest heartbeat and acknowledgements; forgettings;
-- intake bundles.
CREATE TABLE IF NOT EXISTS said (
  position INTEGER PRIMARY KEY,   -- entry.position
  content  BLOB NOT NULL
) STRICT;

-- Sealed blobs that the relay has not shown back.
CREATE TABLE IF NOT EXISTS outbox (
  rank        INTEGER PRIMARY KEY AUTOINCREMENT,
  entry       INTEGER,            -- entry.position; null for an epoch
  compartment TEXT NOT NULL,
  sequence    INTEGER NOT NULL,
  hash        BLOB NOT NULL,
  blob        BLOB NOT NULL,
  place       INTEGER             -- where the relay said it put it
) STRICT;

-- What was ever found wrong.
CREATE TABLE IF NOT EXISTS finding (
  rank  INTEGER PRIMARY KEY,
  kind  TEXT NOT NULL,
  place INTEGER NOT NULL,
  text  TEXT NOT NULL,
  hint  TEXT NOT NULL,
  past  INTEGER NOT NULL DEFAULT 0, -- how often the line was read again since
  UNIQUE (kind, text, past)
) STRICT;

-- While the line is read again: the relay's, beside the one that this device has.
CREATE TABLE IF NOT EXISTS staged (
  place INTEGER PRIMARY KEY,
  hash  BLOB NOT NULL,
  line  BLOB NOT NULL,            -- the line's value behind it
  blob  BLOB                      -- null where the same blob lies in line
) STRICT;
CREATE INDEX IF NOT EXISTS staged_hash ON staged (hash, place);

-- How far each projection came, and the tables that it made.
CREATE TABLE IF NOT EXISTS projection (
  name     TEXT PRIMARY KEY,
  schema   TEXT NOT NULL,
  position INTEGER NOT NULL       -- entry.position applied last
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS projection_object (
  projection TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,       -- table, view, index, trigger
  shadow     INTEGER NOT NULL,    -- 1: made by a virtual table for itself
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
