package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

final class SystemLogsTest {
    @Test
    void goesToTheSameLoggerAsWithoutIt() {
        List<String> seen = new ArrayList<>();
        Logger logger = Logger.getLogger("dev.mulligan.host.SystemLogsTest");
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.WARNING);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                seen.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });

        System.Logger system = System.getLogger(logger.getName());
        system.log(System.Logger.Level.INFO, "not this");
        system.log(System.Logger.Level.WARNING, "this {0}", "one");
        system.log(System.Logger.Level.ERROR, "and this", new IllegalStateException());

        assertThat(seen).containsExactly("WARNING this {0}", "SEVERE and this");
        assertThat(system.isLoggable(System.Logger.Level.DEBUG)).isFalse();
    }
}
