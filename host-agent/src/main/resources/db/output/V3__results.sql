-- What calls returned: the value of a call's last expression and what else it has to show; see host.task.
CREATE TABLE result (
    -- In the order in which calls ended.
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    task    TEXT NOT NULL,
    call    INTEGER NOT NULL,
    -- What the row counts for: the bytes of its body, and at least 256.
    size    INTEGER NOT NULL,
    -- JSON: a list of objects, MIME type to Base64.
    body    BLOB NOT NULL
);

CREATE UNIQUE INDEX result_call ON result (task, call);
CREATE INDEX result_size ON result (ordinal, task, size);

PRAGMA user_version = 3;
