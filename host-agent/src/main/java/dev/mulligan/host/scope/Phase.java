package dev.mulligan.host.scope;

/** When a rule is asked; its condition's variables say so. */
enum Phase {
    /** Before a call runs. */
    CALL,
    /** Before a change is applied. */
    CHANGE,
    /** Both: the condition names neither a call's nor a change's variables. */
    ALWAYS;

    boolean includes(Phase asked) {
        return this == ALWAYS || this == asked;
    }
}
