package dev.mulligan.host.cli.terminal;

import java.io.PrintStream;

/**
 * One line for each new step: for logs and pipes. Of steps that say how far the whole has come, only those that bring
 * it a twentieth further.
 */
final class ProgressLines implements Progress {
    private static final double LEAST_GAIN = 0.05;

    private final PrintStream errors;
    private String last = "";
    private double reached = -1;

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

    @Override
    public synchronized void step(String message, double fraction) {
        if (reached < 0 || fraction >= reached + LEAST_GAIN) {
            reached = fraction;
            step(message);
        }
    }

    @Override
    public void clear() {}

    @Override
    public void close() {}
}
