-- From version 1 to 2: shares.
CREATE TABLE share (
  id      BLOB PRIMARY KEY CHECK (length(id) = 16),
  token   BLOB NOT NULL CHECK (length(token) = 32),  -- SHA-256 of what the device shows
  share   BLOB NOT NULL CHECK (length(share) = 32),
  tries   INTEGER NOT NULL,       -- wrong ones since the last right one, at most 10
  stopped INTEGER NOT NULL        -- 1: a colleague shut the device out
) STRICT, WITHOUT ROWID;
