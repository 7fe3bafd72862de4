-- Sandboxes; see host.sandbox. A row is written before its machine is made and removed after it is gone.
CREATE TABLE sandbox (
    -- Also the name of its machine.
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    -- JSON objects of texts.
    labels       TEXT NOT NULL,
    environment  TEXT NOT NULL,
    image        TEXT NOT NULL,
    image_digest TEXT NOT NULL,
    -- Bytes.
    memory       INTEGER NOT NULL,
    processors   INTEGER NOT NULL,
    disk         INTEGER NOT NULL,
    -- Milliseconds; null: never.
    idle_pause   INTEGER,
    idle_save    INTEGER,
    idle_delete  INTEGER,
    state        TEXT NOT NULL,
    created      TEXT NOT NULL,
    last_used    TEXT NOT NULL,
    -- When it came into its state.
    since        TEXT NOT NULL,
    -- Why it is BROKEN.
    reason       TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

PRAGMA user_version = 3;
