package dev.mulligan.host.sandbox;

/** Where a sandbox is in its life. */
public enum SandboxState {
    STARTING,
    READY,
    /** Processors stand still; memory stays. */
    PAUSED,
    /** Memory is in a file; no process runs. */
    SAVED,
    /** The machine died under it: roll it back, or delete it. */
    BROKEN,
    DELETING
}
