package dev.mulligan.host.task;

/** What becomes of the sandbox when a call fails, or the task is cancelled or interrupted. */
public enum OnFailure {
    /** The machine returns to the checkpoint "before" of this task; one created for the task is deleted. */
    ROLLBACK,
    /** It stays as it is. */
    KEEP
}
