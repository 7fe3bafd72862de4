-- Tasks of threads; see host.task. Beside the task, whose row is as long as its calls are.
CREATE TABLE task_thread (
    -- Its id.
    task    TEXT PRIMARY KEY,
    thread  TEXT NOT NULL,
    ordinal INTEGER NOT NULL REFERENCES task (ordinal)
) WITHOUT ROWID;

CREATE INDEX task_thread_order ON task_thread (thread, ordinal);

-- Null: the entry is about no task of a thread.
ALTER TABLE audit ADD COLUMN thread TEXT GENERATED ALWAYS AS (json_extract(entry, '$.thread')) VIRTUAL;

CREATE INDEX audit_thread ON audit (thread, sequence) WHERE thread IS NOT NULL;

PRAGMA user_version = 8;
