package dev.mulligan.host.approval;

import dev.mulligan.host.TaskId;

/** What a person is asked. */
public sealed interface Question permits CallQuestion, ChangesQuestion {
    TaskId task();

    /** The rule that asks. */
    String rule();

    /** Why it asks, for people. */
    String reason();
}
