package dev.mulligan.host.cli.terminal;

import java.io.PrintStream;

/** One line for each new step: for logs and pipes. */
final class ProgressLines implements Progress {
    private final PrintStream errors;
    private String last = "";

    ProgressLines(PrintStream errors) {
        this.errors = errors;
    }

    @Override
    public synchronized void step(String message) {
        if (!message.equals(last)) {
            last = message;
            errors.println("mulligan: " + Printable.of(message));
            errors.flush();
        }
    }

    /** A log is not served by every percent: only new steps become lines. */
    @Override
    public void step(String message, double fraction) {
        step(message);
    }

    @Override
    public void clear() {}

    @Override
    public void close() {}
}
