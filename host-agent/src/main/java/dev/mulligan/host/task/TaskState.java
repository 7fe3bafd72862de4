package dev.mulligan.host.task;

/** Where a task is in its life: {@code QUEUED}, then {@code RUNNING}, then one of the others for ever. */
public enum TaskState {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** The host agent or the machine went away under it. */
    INTERRUPTED;

    /** Nothing more will happen to the task. */
    public boolean ended() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELLED, INTERRUPTED -> true;
        };
    }
}
