package dev.mulligan.host.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a peer's command line to its end, as a person would. */
final class Program {
    private static final int TAIL = 400;

    private Program() {}

    /** Returns what it printed, stdout and stderr together; fails unless it exits with 0 within ten minutes. */
    static String run(List<String> arguments) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(arguments).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                throw new IOException(String.join(" ", arguments) + ": no end after 10 min");
            }
            if (process.exitValue() != 0) {
                String tail =
                        output.substring(Math.max(0, output.length() - TAIL)).strip();
                throw new IOException(
                        String.join(" ", arguments) + ": exit code " + process.exitValue() + " (expected: 0): " + tail);
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    static String run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(arguments));
    }
}
