-- What happened to tasks, output included; see host.task.
CREATE TABLE event (
    task     TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    time     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    -- JSON, or for output the bytes: empty once they are dropped.
    body     BLOB NOT NULL,
    -- For output: its call, its stream, how much the task had printed before it, its size, whether it is kept.
    call     INTEGER,
    stream   TEXT,
    position INTEGER,
    size     INTEGER,
    kept     INTEGER,
    PRIMARY KEY (task, sequence)
);

CREATE INDEX event_output ON event (task, position) WHERE position IS NOT NULL;
CREATE INDEX event_kept ON event (task, position, size) WHERE kept = 1;

PRAGMA user_version = 1;
