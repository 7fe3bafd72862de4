package dev.mulligan.host.cli.client;

import java.time.Duration;

/** How long a call may take before it fails. */
public enum Patience {
    /** The host agent looks something up. */
    ANSWER(Duration.ofSeconds(30)),
    /** A machine is started, saved, checkpointed or rolled back, perhaps behind others. */
    MACHINE(Duration.ofMinutes(15)),
    /** An image is built, or a lot of data is carried. */
    LONG(Duration.ofHours(6)),
    /** As long as what is watched goes on. */
    ENDLESS(Duration.ofDays(365));

    private final Duration deadline;

    Patience(Duration deadline) {
        this.deadline = deadline;
    }

    Duration deadline() {
        return deadline;
    }
}
