-- All that the relay knows, on PostgreSQL: the tables of `schema.sql`, where each is explained.  A
-- test holds the two to the same columns.  Run in a schema of its own; the day's end copies every
-- table, in the order of its primary key, into a fresh schema made by this same text.
--
-- Blobs are sealed, so nothing of them compresses: EXTERNAL.  Statistics are off where the planner
-- needs none, since its samples would keep ids that were deleted.

CREATE TABLE envelope (
  id   bytea PRIMARY KEY CHECK (length(id) = 16),
  day  integer NOT NULL,
  blob bytea NOT NULL
);

CREATE TABLE piece (
  id   bytea PRIMARY KEY CHECK (length(id) = 16),
  day  integer NOT NULL,
  blob bytea NOT NULL
);

CREATE TABLE reply (
  id   bytea PRIMARY KEY CHECK (length(id) = 32),
  day  integer NOT NULL,
  blob bytea
);

CREATE TABLE entry (
  position bigint PRIMARY KEY CHECK (position >= 0),
  hash     bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
  blob     bytea NOT NULL
);

CREATE TABLE leaf (
  position bigint PRIMARY KEY CHECK (position >= 0),
  data     bytea NOT NULL CHECK (length(data) = 32)
);
CREATE INDEX leaf_by_data ON leaf (data);

CREATE TABLE subtree (
  level    integer NOT NULL CHECK (level > 0),
  position bigint NOT NULL,
  hash     bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
);

-- Two names more than on SQLite:
--   used        bytes that the stored blobs are charged with (decimal text); all processes share it
--   version     of this schema (decimal text)
CREATE TABLE setting (
  name  text PRIMARY KEY
    CHECK (name IN ('access', 'bundle', 'checkpoint', 'settled', 'used', 'version')),
  value bytea NOT NULL
);

CREATE TABLE share (
  id      bytea PRIMARY KEY CHECK (length(id) = 16),
  token   bytea NOT NULL CHECK (length(token) = 32),
  share   bytea NOT NULL CHECK (length(share) = 32),
  tries   bigint NOT NULL,
  stopped bigint NOT NULL
);

ALTER TABLE envelope
  ALTER blob SET STORAGE EXTERNAL, ALTER id SET STATISTICS 0, ALTER blob SET STATISTICS 0;
ALTER TABLE piece
  ALTER blob SET STORAGE EXTERNAL, ALTER id SET STATISTICS 0, ALTER blob SET STATISTICS 0;
ALTER TABLE reply
  ALTER blob SET STORAGE EXTERNAL, ALTER id SET STATISTICS 0, ALTER blob SET STATISTICS 0;
ALTER TABLE entry
  ALTER blob SET STORAGE EXTERNAL, ALTER hash SET STATISTICS 0, ALTER blob SET STATISTICS 0;
ALTER TABLE setting ALTER value SET STORAGE EXTERNAL;
ALTER TABLE share
  ALTER id SET STATISTICS 0, ALTER token SET STATISTICS 0, ALTER share SET STATISTICS 0;
