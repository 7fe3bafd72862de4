package dev.mulligan.host.cli.bench.measure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An operation whose duration counts. What must happen around it, but not on the clock, goes before or after:
 * {@link #prepare}, {@link #tidy} and {@link #end} are not timed.
 */
public interface Timed {
    void run() throws Exception;

    /** Before each run. */
    default void prepare() throws Exception {}

    /** After each run, also a failed one. May fail the row: what it finds can show that the run was none. */
    default void tidy() throws Exception {}

    /** Durations that the operation reports itself, of the run that was just tidied up: a part, or a side effect. */
    default Map<String, Duration> aside() {
        return Map.of();
    }

    /** What else there is to say after the last round, before {@link #end}. */
    default List<Figure> figures() throws Exception {
        return List.of();
    }

    /** After the last round, also where the row failed; even if nothing was ever prepared. */
    default void end() throws Exception {}
}
