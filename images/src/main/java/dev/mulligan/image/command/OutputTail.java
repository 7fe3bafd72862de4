package dev.mulligan.image.command;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of an output, for error messages; bounded, whatever the program prints. */
public final class OutputTail {

    private static final int LINES = 20;

    private final Deque<String> lines = new ArrayDeque<>();

    public synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** The lines, each on a line of its own after the first; "it printed nothing" if there are none. */
    public synchronized String text() {
        return lines.isEmpty() ? "it printed nothing" : "its last lines:\n  " + String.join("\n  ", lines);
    }
}
