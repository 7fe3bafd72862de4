package dev.mulligan.host.cli.doctor;

import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param name of the thing, such as {@code libvirt}
 * @param detail what was found
 * @param remedy what to do about it; empty if nothing needs to be done
 */
public record Finding(Level level, String name, String detail, String remedy) {
    /** How well it is. */
    public enum Level {
        OK,
        /** Works, but not for everything, or not well. */
        WARN,
        /** Sandboxes will not run. */
        FAIL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String name, String detail) {
        return new Finding(Level.OK, name, detail, "");
    }

    static Finding warn(String name, String detail, String remedy) {
        return new Finding(Level.WARN, name, detail, remedy);
    }

    static Finding fail(String name, String detail, String remedy) {
        return new Finding(Level.FAIL, name, detail, remedy);
    }
}
