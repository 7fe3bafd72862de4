-- Output is bounded in rows, not only in bytes: what is dropped leaves one row for each call; see host.task.
CREATE TABLE output (
    task    TEXT PRIMARY KEY,
    -- Bytes, kept or not.
    printed INTEGER NOT NULL,
    -- What the rows that are kept count for: their bytes, and at least 256 each.
    kept    INTEGER NOT NULL,
    -- The rowid of the first of them.
    oldest  INTEGER
) WITHOUT ROWID;

INSERT INTO output (task, printed, kept, oldest)
SELECT task,
       max(position + size),
       sum(CASE WHEN kept = 1 THEN max(size, 256) ELSE 0 END),
       min(CASE WHEN kept = 1 THEN rowid END)
FROM event
WHERE position IS NOT NULL
GROUP BY task;

CREATE INDEX output_oldest ON output (oldest, kept) WHERE kept > 0;

DROP INDEX event_output;
DROP INDEX event_kept;
CREATE INDEX event_kept ON event (task, sequence, call, size) WHERE kept = 1;
-- At most one row for each call: the last that was dropped, with the position of the first and the size of all.
CREATE INDEX event_dropped ON event (task, call, size) WHERE kept = 0;

UPDATE event
SET position = dropped.position, size = dropped.size
FROM (
    SELECT task, max(sequence) AS sequence, min(position) AS position, sum(size) AS size
    FROM event
    WHERE kept = 0
    GROUP BY task, call
) AS dropped
WHERE event.task = dropped.task AND event.sequence = dropped.sequence;

DELETE FROM event
WHERE kept = 0
  AND EXISTS (
    SELECT 1 FROM event AS later
    WHERE later.task = event.task AND later.sequence > event.sequence AND later.call = event.call AND later.kept = 0
);

PRAGMA user_version = 2;
