-- Heads of the record with the host's signature, and what of it was moved out to a file; see host.audit.
CREATE TABLE audit_head (
    -- Of the entry that was the newest; 0: there was none.
    sequence   INTEGER PRIMARY KEY,
    hash       TEXT NOT NULL,
    time       TEXT NOT NULL,
    -- Base64 of a SubjectPublicKeyInfo.
    public_key TEXT NOT NULL,
    -- Hex.
    signature  TEXT NOT NULL
);

-- The last entry that was moved out, each time: the chain goes on behind the newest of these.
CREATE TABLE audit_moved (
    sequence INTEGER PRIMARY KEY,
    hash     TEXT NOT NULL
);

CREATE TRIGGER audit_head_refuses_update BEFORE UPDATE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: signed heads are not changed');
END;

CREATE TRIGGER audit_head_refuses_delete BEFORE DELETE ON audit_head
WHEN OLD.sequence > (SELECT coalesce(max(sequence), -1) FROM audit_moved)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: signed heads are not deleted');
END;

CREATE TRIGGER audit_head_only_appends BEFORE INSERT ON audit_head
WHEN NEW.sequence <= (SELECT coalesce(max(sequence), -1) FROM audit_head)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: a signed head goes to its end');
END;

CREATE TRIGGER audit_moved_refuses_update BEFORE UPDATE ON audit_moved
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: what was moved out stays so');
END;

CREATE TRIGGER audit_moved_refuses_delete BEFORE DELETE ON audit_moved
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: what was moved out stays so');
END;

-- Never the newest entry: the chain has to go on behind something.
CREATE TRIGGER audit_moved_names_an_entry BEFORE INSERT ON audit_moved
WHEN NEW.hash IS NOT (SELECT hash FROM audit WHERE sequence = NEW.sequence)
    OR NEW.sequence IS (SELECT max(sequence) FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: what is moved out is there, and older than the newest');
END;

DROP TRIGGER audit_refuses_delete;

CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
WHEN OLD.sequence > (SELECT coalesce(max(sequence), 0) FROM audit_moved)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: entries are not deleted');
END;

PRAGMA user_version = 4;
