-- A question may also be about changes: then it has a change set, and neither call, tool nor time-out.
CREATE TABLE question (
    ordinal    INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    task       TEXT NOT NULL,
    -- Of the call in the task, from 0.
    position   INTEGER,
    tool       TEXT,
    change_set TEXT,
    rule       TEXT NOT NULL,
    -- Canonical JSON (RFC 8785): what people see, and what the digest that their answer names is of.
    shown      TEXT NOT NULL,
    asked      TEXT NOT NULL,
    expires    TEXT,
    -- JSON; null: it is open.
    answer     TEXT,
    actor      TEXT,
    decided    TEXT,
    -- The answer is being carried out, or was; to changes, it was.
    taken      INTEGER NOT NULL DEFAULT 0,
    CHECK ((change_set IS NULL) = (position IS NOT NULL AND tool IS NOT NULL AND expires IS NOT NULL))
);

INSERT INTO question (ordinal, id, task, position, tool, rule, shown, asked, expires, answer, actor, decided, taken)
SELECT ordinal, id, task, position, tool, rule, shown, asked, expires, answer, actor, decided, taken FROM approval;

DROP TABLE approval;
ALTER TABLE question RENAME TO approval;

CREATE INDEX approval_task ON approval (task, ordinal);
CREATE INDEX approval_open ON approval (ordinal) WHERE answer IS NULL;

PRAGMA user_version = 7;
