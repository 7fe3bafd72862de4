-- Change sets; see host.workspace.store. One for each folder of a task that could be written to.
CREATE TABLE change_set (
    id       TEXT PRIMARY KEY,
    task     TEXT NOT NULL,
    -- Absolute path on the host.
    folder   TEXT NOT NULL,
    recorded TEXT NOT NULL,
    -- Of the folder as it was packed.
    manifest TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX change_set_by_task ON change_set (task);

CREATE TABLE change (
    change_set TEXT NOT NULL REFERENCES change_set (id) ON DELETE CASCADE,
    path       BLOB NOT NULL,
    -- JSON; see ChangeJson.
    change     TEXT NOT NULL,
    -- What remains of it after some hunks have been applied.
    remainder  TEXT,
    -- PENDING, APPLIED, REJECTED.
    state      TEXT NOT NULL,
    -- Another path that this new one could be taken for.
    lookalike  BLOB,
    -- What the task's scope says about it: ALLOW, ASK, DENY, by which rule, and why.
    effect     TEXT NOT NULL,
    rule       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (change_set, path)
) WITHOUT ROWID;

CREATE TABLE refusal (
    change_set TEXT NOT NULL REFERENCES change_set (id) ON DELETE CASCADE,
    path       BLOB NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (change_set, path)
) WITHOUT ROWID;

-- The undo journal; see host.workspace.apply. A row is there before a folder is touched.
CREATE TABLE apply (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    task       TEXT NOT NULL,
    -- Where the changes came from.
    change_set TEXT,
    folder     TEXT NOT NULL,
    -- Name of the directory in the folder.
    staging    TEXT NOT NULL,
    -- The apply that this one takes back.
    undoes     INTEGER,
    -- STAGING, MOVING, APPLIED, DONE.
    state      TEXT NOT NULL,
    started    TEXT NOT NULL,
    -- Of all files that it replaced or removed.
    bytes      INTEGER NOT NULL,
    -- JSON; see PathStateJson.
    times      TEXT NOT NULL
);

CREATE TABLE apply_step (
    apply     INTEGER NOT NULL REFERENCES apply (number) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    path      BLOB NOT NULL,
    -- JSON; see PathStateJson.
    before    TEXT NOT NULL,
    after     TEXT NOT NULL,
    -- The apply that took it back.
    undone_by INTEGER,
    PRIMARY KEY (apply, number)
) WITHOUT ROWID;

-- Who needs a content: "set:ID" or "apply:NUMBER".
CREATE TABLE content_use (
    digest TEXT NOT NULL,
    user   TEXT NOT NULL,
    PRIMARY KEY (digest, user)
) WITHOUT ROWID;

CREATE INDEX content_use_by_user ON content_use (user);

PRAGMA user_version = 1;
