package dev.mulligan.vm;

/** What a machine is doing. A machine is in exactly one of these states. */
public enum VmState {
    /** No process; the disk waits. The state after {@code define}, {@code stop} and a shutdown by the guest. */
    STOPPED,
    /** The guest runs. */
    RUNNING,
    /** The process is there and its processors stand still: on request, or after an I/O error of the disk. */
    PAUSED,
    /** No process; memory and disk are files, and {@code start} continues mid-breath. */
    SAVED,
    /** The process ended without being asked to. The disk is as the guest left it; {@code start} boots it. */
    CRASHED
}
