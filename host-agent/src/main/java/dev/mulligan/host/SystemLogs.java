package dev.mulligan.host;

import java.util.ResourceBundle;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where the JDK's own {@code System.Logger} goes: to {@code java.util.logging}, as without this class. It is here
 * because the JDK searches every jar of the class path for one before the first thing can be logged, which takes a
 * command line longer than most commands, and the search ends with the first jar.
 */
public final class SystemLogs extends System.LoggerFinder {
    /** For the JDK, which finds it as a service. */
    public SystemLogs() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Bridge(name);
    }

    private record Bridge(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(System.Logger.Level level) {
            return logger().isLoggable(translate(level));
        }

        @Override
        public void log(
                System.Logger.Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            logger().log(translate(level), message, thrown);
        }

        @Override
        public void log(
                System.Logger.Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                Object @Nullable ... parameters) {
            logger().log(translate(level), format, parameters);
        }

        private Logger logger() {
            return Logger.getLogger(name);
        }
    }

    private static java.util.logging.Level translate(System.Logger.Level level) {
        return switch (level) {
            case ALL -> java.util.logging.Level.ALL;
            case TRACE -> java.util.logging.Level.FINER;
            case DEBUG -> java.util.logging.Level.FINE;
            case INFO -> java.util.logging.Level.INFO;
            case WARNING -> java.util.logging.Level.WARNING;
            case ERROR -> java.util.logging.Level.SEVERE;
            case OFF -> java.util.logging.Level.OFF;
        };
    }
}
