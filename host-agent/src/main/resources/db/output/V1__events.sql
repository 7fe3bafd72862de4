-- What happened to tasks, output included; see host.task.
CREATE TABLE event (
    task     TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    time     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    -- JSON, or for output the bytes.
    body     BLOB NOT NULL,
    -- For output: its call, its stream, and how much the task had printed before it.
    call     INTEGER,
    stream   TEXT,
    position INTEGER,
    PRIMARY KEY (task, sequence)
);

CREATE INDEX event_output ON event (task, position) WHERE position IS NOT NULL;

PRAGMA user_version = 1;
