package dev.mulligan.host.workspace.store;

/** What became of a change. */
public enum ChangeState {
    /** Nobody has decided, or what was decided has been undone. */
    PENDING,
    /** It is in the folder. */
    APPLIED,
    /** It will not be. */
    REJECTED
}
