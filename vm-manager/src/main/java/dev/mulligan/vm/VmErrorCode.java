package dev.mulligan.vm;

/** What went wrong, for programs; the message of {@link VmException} says it for people. */
public enum VmErrorCode {
    /** A value breaks a rule that can be checked without looking at any machine. */
    INVALID_ARGUMENT,
    /** No machine of this id. */
    NOT_FOUND,
    /** No checkpoint of this id. */
    CHECKPOINT_NOT_FOUND,
    /**
     * A file of the checkpoint, or a disk that was attached when it was taken, is missing or damaged; or its memory, or
     * that of a saved machine, was frozen by another hypervisor than is there now.
     */
    CHECKPOINT_UNUSABLE,
    /** A machine or disk of this name exists. */
    ALREADY_EXISTS,
    /** The machine's state does not allow it. */
    WRONG_STATE,
    /** Another operation on the same machine did not end in time; try again later. */
    CONFLICT,
    /** The guest did not let go of a disk in time; the disk stays attached. */
    GUEST_BUSY,
    /**
     * The daemon cannot be reached; it may be restarting. Try again: what was under way is found done or undone by
     * the next call.
     */
    HYPERVISOR_UNAVAILABLE,
    /** The daemon refused or failed; the message carries its words. */
    HYPERVISOR_FAILED,
    /** This host cannot do it, now or later: an old hypervisor, or a right that is missing. */
    UNSUPPORTED,
    /** The host's disk is full. */
    HOST_DISK_FULL,
    /** A file could not be read or written. */
    STORAGE_FAILED,
    /** The manager is closed. */
    CLOSED
}
