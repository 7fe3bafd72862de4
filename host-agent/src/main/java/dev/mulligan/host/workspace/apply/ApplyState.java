package dev.mulligan.host.workspace.apply;

/** How far an apply has got. */
public enum ApplyState {
    /** New content is being written aside; no path has changed. */
    STAGING,
    /** Paths are being changed. */
    MOVING,
    /** All paths have changed, for good; what was taken away is still aside. */
    APPLIED,
    /** Nothing is aside any more. */
    DONE
}
