package dev.mulligan.host.cli.terminal;

/**
 * Says on stderr what is being done: one line that is redrawn on a terminal, one line a step elsewhere. Safe for use by
 * several threads.
 */
public interface Progress extends AutoCloseable {
    /** A step has begun; it lasts until the next one. */
    void step(String message);

    /** How far the whole has come, 0 to 1, within the step. */
    void step(String message, double fraction);

    /** Something else is about to be written: what is drawn is erased, until the next step. */
    void clear();

    @Override
    void close();

    /** Shown as the console can. */
    static Progress on(Console console) {
        return console.canRedraw() ? new StatusLine(console.errors()) : new ProgressLines(console.errors());
    }

    /** Says nothing. */
    static Progress none() {
        return new Progress() {
            @Override
            public void step(String message) {}

            @Override
            public void step(String message, double fraction) {}

            @Override
            public void clear() {}

            @Override
            public void close() {}
        };
    }
}
