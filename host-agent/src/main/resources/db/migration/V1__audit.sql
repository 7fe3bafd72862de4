-- The record. Entries are appended, never changed; see host.audit.
--
-- The columns by which it is searched are computed from the entry itself: they can't tell another story than it.
CREATE TABLE audit (
    sequence      INTEGER PRIMARY KEY,
    -- Canonical JSON (RFC 8785).
    entry         TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL,
    task          TEXT GENERATED ALWAYS AS (json_extract(entry, '$.task_id')) VIRTUAL,
    sandbox       TEXT GENERATED ALWAYS AS (json_extract(entry, '$.sandbox_id')) VIRTUAL,
    kind          TEXT GENERATED ALWAYS AS (json_extract(entry, '$.kind')) VIRTUAL,
    decision      TEXT GENERATED ALWAYS AS (json_extract(entry, '$.decision')) VIRTUAL,
    time          TEXT GENERATED ALWAYS AS (json_extract(entry, '$.time')) VIRTUAL
);

CREATE INDEX audit_task ON audit (task, sequence);
CREATE INDEX audit_sandbox ON audit (sandbox, sequence);

CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: entries are not changed');
END;

CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: entries are not deleted');
END;

-- Also what stands between INSERT OR REPLACE and an entry: replacing fires no delete trigger.
CREATE TRIGGER audit_only_appends BEFORE INSERT ON audit
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'the record is append-only: an entry goes to its end');
END;

PRAGMA user_version = 1;
