-- What the casework projection keeps, inside the sealed vault.  A row is an entry: its key comes first,
-- then what the content says.  Nothing is merged here, so the order in which entries arrive leaves no
-- trace; reading picks what counts.  All of it can be deleted and rebuilt.

CREATE TABLE casework_submission (
    author      BLOB NOT NULL,      -- the device whose entry this is
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,   -- of the author's entries in the compartment
    entered_on  INTEGER NOT NULL,   -- day
    envelope    BLOB NOT NULL,      -- SHA-256 of the envelope
    blob        BLOB NOT NULL,      -- where it lay at the relay
    thread      BLOB NOT NULL,
    record      BLOB NOT NULL,      -- the ledger record in which it lies
    kind        TEXT NOT NULL,
    urgency     TEXT NOT NULL,
    on_behalf   TEXT NOT NULL,
    may_contact INTEGER,            -- null: as before
    how         TEXT NOT NULL,
    at_times    TEXT NOT NULL,
    content     BLOB NOT NULL,      -- the submission, as in spec/casework.md
    words       TEXT NOT NULL,      -- the statement's text
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_submission_thread ON casework_submission (thread);
CREATE INDEX casework_submission_record ON casework_submission (record, thread);
CREATE INDEX casework_submission_envelope ON casework_submission (envelope);

CREATE TABLE casework_held (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    envelope    BLOB NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_held_envelope ON casework_held (envelope);

CREATE TABLE casework_quarantine (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    envelope    BLOB NOT NULL,
    blob        BLOB NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_quarantine_envelope ON casework_quarantine (envelope);

CREATE TABLE casework_reply (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    drop_sha256 BLOB NOT NULL,
    thread      BLOB NOT NULL,
    n           INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    answers     BLOB NOT NULL,      -- the envelope that was the newest when this was written
    drop_bytes  BLOB NOT NULL,
    replaces    BLOB,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_reply_thread ON casework_reply (thread);
CREATE INDEX casework_reply_drop_sha256 ON casework_reply (drop_sha256);

CREATE TABLE casework_left (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    drop_sha256 BLOB NOT NULL,
    thread      BLOB NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_left_drop_sha256 ON casework_left (drop_sha256);

CREATE TABLE casework_case (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    thread      BLOB NOT NULL,
    case_id     BLOB NOT NULL,
    pseudonym   TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_case_thread ON casework_case (thread);

-- Cases of people who never wrote: the thread is a random id, of which there is no submission.
CREATE TABLE casework_met (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    thread      BLOB NOT NULL,
    record      BLOB NOT NULL,
    case_id     BLOB NOT NULL,
    pseudonym   TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_met_thread ON casework_met (thread);

CREATE TABLE casework_triage (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    thread      BLOB NOT NULL,
    state       TEXT NOT NULL,
    assigned    TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_triage_thread ON casework_triage (thread);

CREATE TABLE casework_urgency (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    thread      BLOB NOT NULL,
    answers     BLOB NOT NULL,      -- the envelope that was the newest when this was noted
    urgency     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    pseudonym   TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_urgency_thread ON casework_urgency (thread);

CREATE TABLE casework_safety (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    thread      BLOB NOT NULL,
    answers     BLOB NOT NULL,      -- the envelope that was the newest when this was noted
    may_contact INTEGER NOT NULL,
    how         TEXT NOT NULL,
    at_times    TEXT NOT NULL,
    notes       TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_safety_thread ON casework_safety (thread);

CREATE TABLE casework_read (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    envelope    BLOB NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX casework_read_envelope ON casework_read (envelope);

-- Entries with a label of ours over bytes that are not its form.
CREATE TABLE casework_damaged (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
