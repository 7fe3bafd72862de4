package dev.mulligan.vm.disk;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program: an argument list and no shell, no input, a bound on time and on output.
 *
 * @param arguments the program and its arguments
 * @param timeout after which it is killed
 */
record Command(List<String> arguments, Duration timeout) {
    private static final int MOST_OUTPUT = 1 << 20;

    Command {
        arguments = List.copyOf(arguments);
    }

    /** Status and output (both streams, as they came) of a program that ended. */
    record Result(int status, String output) {}

    /**
     * Waits for the end.
     *
     * @throws VmException STORAGE_FAILED if it cannot be started or does not end in time
     */
    Result run() {
        try {
            Process process = new ProcessBuilder(arguments)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            // A reader of its own, or a program that writes much and one that hangs could not be told apart.
            var output = new Output(process.getInputStream());
            Thread reader = Thread.ofPlatform().daemon().name("command-output").start(output);
            try {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failure("still running after " + timeout.toSeconds() + " s", "look at the host's load");
                }
                reader.join();
                return new Result(process.exitValue(), output.text);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new VmException(
                    VmErrorCode.STORAGE_FAILED,
                    arguments.getFirst() + " could not be started (expected: on the PATH); install qemu-utils",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted", "try again");
        }
    }

    private VmException failure(String what, String remedy) {
        return VmException.of(
                VmErrorCode.STORAGE_FAILED,
                String.join(" ", arguments),
                what,
                "an end within " + timeout.toSeconds() + " s",
                remedy);
    }

    private static final class Output implements Runnable {
        private final InputStream stream;
        private volatile String text = "";

        Output(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public void run() {
            try (stream) {
                text = new String(stream.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
                stream.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException closedByKill) {
                text = "(output cut off)";
            }
        }
    }
}
