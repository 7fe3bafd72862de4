package dev.mulligan.vm;

/** What a checkpoint holds. */
public enum CheckpointKind {
    /** The disk only. Going back boots from it. */
    DISK,
    /** Memory and disk at one instant. Going back continues mid-breath. */
    FULL
}
