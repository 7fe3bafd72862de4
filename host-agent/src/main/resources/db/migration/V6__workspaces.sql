-- Workspaces of sandboxes; see host.sandbox.SandboxWorkspaces. A row stays as long as its sandbox: a checkpoint may bring a
-- disk back that was unplugged since.
CREATE TABLE workspace (
    sandbox  TEXT NOT NULL,
    -- Also the serial number of its disk.
    id       TEXT NOT NULL,
    folder   TEXT NOT NULL,
    -- JSON array of texts.
    excludes TEXT NOT NULL,
    -- In the guest.
    path     BLOB NOT NULL,
    writable INTEGER NOT NULL,
    -- Digest of what the folder was packed into.
    image    TEXT NOT NULL,
    created  TEXT NOT NULL,
    -- Whether the guest shows it, or shall show it again after a return.
    attached INTEGER NOT NULL,
    PRIMARY KEY (sandbox, id)
) WITHOUT ROWID;

PRAGMA user_version = 6;
