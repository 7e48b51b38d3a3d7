-- What a large record is looked at by, inside the sealed vault: a row an entry, its key first, and the
-- columns that lists choose and order by.  Contents themselves stay in record_content.  No column tells
-- of a motive: nobody is found by one.  All of it can be deleted and rebuilt.

CREATE TABLE views_claim (
    author      BLOB NOT NULL,      -- the device whose entry this is
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,   -- of the author's entries in the compartment
    entered_on  INTEGER NOT NULL,   -- day; the one from which it counts, where another was under its id
    gone_on     INTEGER NOT NULL,   -- day on which it was taken back; 0: another content has its id
    id          TEXT NOT NULL,
    known       INTEGER NOT NULL,   -- day from which it is known to have been said
    facts_first INTEGER NOT NULL,   -- days that its facts may lie on; without a date, no day at all
    facts_last  INTEGER NOT NULL,
    source      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    event       TEXT NOT NULL,
    property    TEXT NOT NULL,
    polarity    TEXT NOT NULL,
    certainty   TEXT NOT NULL,
    perpetrator TEXT NOT NULL,
    place       TEXT NOT NULL,
    lineage     TEXT NOT NULL,
    status      TEXT NOT NULL,      -- what a claim of a site's status says, else empty
    told        INTEGER NOT NULL,   -- orders by the last day it may have been said, then the first
    PRIMARY KEY (author, compartment, sequence)
);
CREATE INDEX views_claim_id ON views_claim (id);
-- What few claims have is found by it; everything else is chosen along the days, in one index.
CREATE INDEX views_claim_known ON views_claim (
    known, id, gone_on, entered_on, event, property, polarity, certainty, perpetrator, facts_first, facts_last
);
CREATE INDEX views_claim_source ON views_claim (source, known, id, gone_on, entered_on);
CREATE INDEX views_claim_subject ON views_claim (subject, known, id, gone_on, entered_on, told);
CREATE INDEX views_claim_place ON views_claim (place, known, id, gone_on, entered_on);
CREATE INDEX views_claim_lineage ON views_claim (lineage, known, id, gone_on, entered_on);
CREATE INDEX views_claim_status ON views_claim (
    subject, known, id, status, polarity, lineage, gone_on, entered_on
) WHERE status <> '';

-- What is told of one event beside a claim: by property, in the order of the record.
CREATE INDEX views_claim_event ON views_claim (
    event, property, entered_on, author, compartment, sequence, gone_on, id
);

CREATE TABLE views_undo (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    of          TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX views_undo_of ON views_undo (of, entered_on);

-- What was taken back with its import: of the content under this id, what lies in this record.
CREATE TABLE views_undone (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    record      BLOB NOT NULL,
    of          TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence, n)
) WITHOUT ROWID;
CREATE INDEX views_undone_of ON views_undone (of, record, entered_on);

-- What was done to a content by another: undone, translated, masked, judged, gone back on, handed over.
CREATE TABLE views_touch (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    id          TEXT NOT NULL,      -- of what does it
    of          TEXT NOT NULL,      -- of what it is done to
    PRIMARY KEY (author, compartment, sequence, n)
) WITHOUT ROWID;
CREATE INDEX views_touch_of ON views_touch (of, id);

-- What has a time of its own: acts, statements, responses, events.
CREATE TABLE views_moment (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    gone_on     INTEGER NOT NULL,   -- as above
    kind        TEXT NOT NULL,      -- act, statement, response, event
    id          TEXT NOT NULL,
    event       TEXT NOT NULL,
    term        TEXT NOT NULL,      -- which violation, which kind of statement ...
    whom        TEXT NOT NULL,      -- an act's victim
    place       TEXT NOT NULL,
    first       INTEGER NOT NULL,   -- days that it may lie on; without a date, no day at all
    last        INTEGER NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
);
CREATE INDEX views_moment_id ON views_moment (id);
CREATE INDEX views_moment_first ON views_moment (
    first, last, id, kind, event, term, place, gone_on, entered_on
);
CREATE INDEX views_moment_place ON views_moment (
    kind, place, event, term, first, last, gone_on, entered_on, id
);

-- Who is said to have done it, and in which role; a row each.
CREATE TABLE views_involved (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    gone_on     INTEGER NOT NULL,
    act         TEXT NOT NULL,
    term        TEXT NOT NULL,      -- the act's violation
    event       TEXT NOT NULL,
    first       INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    who         TEXT NOT NULL,      -- empty: only of which kind
    kind        TEXT NOT NULL,
    role        TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence, n)
);
CREATE INDEX views_involved_cell ON views_involved (
    who, kind, role, term, event, first, last, gone_on, entered_on, act
);
CREATE INDEX views_involved_act ON views_involved (act);

-- Which place lies in which; no place lies in itself.
CREATE TABLE views_place (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    gone_on     INTEGER NOT NULL,   -- as above
    id          TEXT NOT NULL,
    within      TEXT NOT NULL,      -- empty: in none that is known
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX views_place_id ON views_place (id);
CREATE INDEX views_place_within ON views_place (within, id, gone_on, entered_on);

-- Texts as they are searched for: stems and sounds, no sentence.
CREATE TABLE views_text (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entered_on  INTEGER NOT NULL,
    kind        TEXT NOT NULL,      -- claim, or what a name is the name of
    gone_on     INTEGER NOT NULL,   -- as above
    about       TEXT NOT NULL,      -- whose text it is
    what        TEXT NOT NULL,      -- "name" for a name, so that few are found among many claims
    stems       TEXT NOT NULL,
    sounds      TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
);
CREATE INDEX views_text_about ON views_text (about);
CREATE VIRTUAL TABLE views_search USING fts5 (
    what, stems, sounds, content = 'views_text', tokenize = "unicode61 remove_diacritics 0"
);
CREATE TRIGGER views_text_in AFTER INSERT ON views_text BEGIN
    INSERT INTO views_search (rowid, what, stems, sounds)
    VALUES (new.rowid, new.what, new.stems, new.sounds);
END;
CREATE TRIGGER views_text_out AFTER DELETE ON views_text BEGIN
    INSERT INTO views_search (views_search, rowid, what, stems, sounds)
    VALUES ('delete', old.rowid, old.what, old.stems, old.sounds);
END;

-- Claims of which somebody who looked said whom they concern: not searched by what people are.
CREATE TABLE views_concerned (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    claim       TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence)
) WITHOUT ROWID;
CREATE INDEX views_concerned_claim ON views_concerned (claim);

-- Fields that were written anew so that somebody can't be told by them: never searched again.
CREATE TABLE views_masked (
    author      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    field       TEXT NOT NULL,
    claim       TEXT NOT NULL,
    PRIMARY KEY (author, compartment, sequence, field)
) WITHOUT ROWID;
CREATE INDEX views_masked_claim ON views_masked (claim);
