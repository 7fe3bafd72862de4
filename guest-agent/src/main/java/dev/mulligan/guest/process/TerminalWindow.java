package dev.mulligan.guest.process;

import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.proto.guest.v1.TerminalSize;

/** The size of a terminal in characters, 1 to 10,000 each way. */
record TerminalWindow(int columns, int rows) {
    private static final int MAXIMUM = 10_000;

    TerminalWindow {
        check("terminal.columns", columns);
        check("terminal.rows", rows);
    }

    static TerminalWindow of(TerminalSize size) {
        return new TerminalWindow(size.getColumns(), size.getRows());
    }

    private static void check(String what, int value) {
        if (value < 1 || value > MAXIMUM) {
            throw GuestException.invalid(what, value, "1 to " + MAXIMUM);
        }
    }
}
