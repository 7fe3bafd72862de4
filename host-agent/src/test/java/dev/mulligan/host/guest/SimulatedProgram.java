package dev.mulligan.host.guest;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program of a simulated guest. When it is killed its thread is interrupted. */
@FunctionalInterface
public interface SimulatedProgram {
    /** Runs to the end; returns the exit code. */
    int run(Run run) throws Exception;

    /** What a program can see and do. */
    interface Run {
        List<String> arguments();

        Map<String, String> environment();

        String user();

        /** After which it should be ended; zero: never. */
        Duration longest();

        SimulatedDisk disk();

        InputStream stdin();

        /** Blocks while the host takes no more. */
        void stdout(String text) throws InterruptedException;

        void stderr(String text) throws InterruptedException;
    }
}
