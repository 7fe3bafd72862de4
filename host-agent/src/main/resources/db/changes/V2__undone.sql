-- State and remainder of a change as they were before its newest undo: what redoing that brings back.
ALTER TABLE change ADD COLUMN undone_state TEXT;
ALTER TABLE change ADD COLUMN undone_remainder TEXT;

PRAGMA user_version = 2;
