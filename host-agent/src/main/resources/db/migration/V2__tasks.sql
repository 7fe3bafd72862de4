-- Tasks and how far they got; see host.task.
CREATE TABLE task (
    -- In dispatch order.
    ordinal     INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    spec        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    state       TEXT NOT NULL,
    -- The sandbox that it waits for; null: it gets one of its own.
    lane        TEXT,
    -- Where it runs or ran, and its checkpoint "before".
    sandbox     TEXT,
    checkpoint  TEXT,
    created     TEXT NOT NULL,
    started     TEXT,
    ended       TEXT,
    -- The state in which it will end once its sandbox is settled.
    verdict     TEXT,
    reason      TEXT NOT NULL DEFAULT '',
    rolled_back INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX task_state ON task (state);
CREATE INDEX task_sandbox ON task (sandbox);

CREATE TABLE task_label (
    task  INTEGER NOT NULL REFERENCES task (ordinal),
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (task, key)
) WITHOUT ROWID;

CREATE TABLE task_call (
    task     INTEGER NOT NULL REFERENCES task (ordinal),
    position INTEGER NOT NULL,
    result   TEXT NOT NULL,
    PRIMARY KEY (task, position)
) WITHOUT ROWID;

PRAGMA user_version = 2;
