-- Decisions that wait for a person; see host.approval. A row is written before its sandbox is paused.
CREATE TABLE approval (
    ordinal  INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    task     TEXT NOT NULL,
    -- Of the call in the task, from 0.
    position INTEGER NOT NULL,
    tool     TEXT NOT NULL,
    rule     TEXT NOT NULL,
    -- Canonical JSON (RFC 8785): what people see, and what the digest that their answer names is of.
    shown    TEXT NOT NULL,
    asked    TEXT NOT NULL,
    expires  TEXT NOT NULL,
    -- JSON; null: it is open.
    answer   TEXT,
    actor    TEXT,
    decided  TEXT,
    -- The answer is being carried out, or was.
    taken    INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX approval_task ON approval (task, ordinal);
CREATE INDEX approval_open ON approval (ordinal) WHERE answer IS NULL;

PRAGMA user_version = 5;
