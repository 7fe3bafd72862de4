package dev.mulligan.host.cli.bench;

/**
 * An operation whose duration counts. What must happen around it, but not on the clock, goes before or after:
 * {@link #prepare} and {@link #tidy} are not timed.
 */
interface Timed {
    void run() throws Exception;

    /** Before each run. */
    default void prepare() throws Exception {}

    /** After each run, also a failed one. */
    default void tidy() throws Exception {}
}
