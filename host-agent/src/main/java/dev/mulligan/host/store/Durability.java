package dev.mulligan.host.store;

import org.sqlite.SQLiteConfig.SynchronousMode;

/** What a commit survives. */
enum Durability {
    /** A power cut: every commit waits for the disk. */
    POWER_CUT(SynchronousMode.FULL),
    /** A killed process. After a power cut the database is whole, the last commits may be missing. */
    KILL(SynchronousMode.NORMAL);

    private final SynchronousMode mode;

    Durability(SynchronousMode mode) {
        this.mode = mode;
    }

    SynchronousMode mode() {
        return mode;
    }
}
