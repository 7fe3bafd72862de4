package dev.mulligan.host.cli.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs a command line to its end, as a person would. */
public final class Program {
    private static final int TAIL = 400;
    private static final int MINUTES = 10;

    private Program() {}

    /**
     * Returns what it printed, stdout and stderr together; fails unless it exits with 0 within ten minutes. An
     * interrupt kills it.
     */
    public static String run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, Map.of());
    }

    /** The same, with these variables besides our own. */
    public static String run(List<String> arguments, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            // Reading cannot be interrupted, waiting can.
            FutureTask<byte[]> reading =
                    new FutureTask<>(() -> process.getInputStream().readAllBytes());
            Thread _ = Thread.ofVirtual().start(reading);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new IOException(String.join(" ", arguments) + ": no end after " + MINUTES + " min");
            }
            String output = new String(reading.get(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                String tail =
                        output.substring(Math.max(0, output.length() - TAIL)).strip();
                throw new IOException(
                        String.join(" ", arguments) + ": exit code " + process.exitValue() + " (expected: 0): " + tail);
            }
            return output;
        } catch (ExecutionException unread) {
            throw new IOException(String.join(" ", arguments) + ": its output cannot be read", unread);
        } finally {
            process.destroyForcibly();
        }
    }

    public static String run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(arguments));
    }
}
