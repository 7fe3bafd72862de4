package dev.mulligan.image.command;

import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs programs and waits for them. Interrupting the waiting thread ends the program with everything that it has
 * started: first politely, because mmdebstrap cleans up after itself, then not.
 */
public final class CommandRunner {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The Debian package that brings a program, where the names differ. */
    private static final Map<String, String> PACKAGES = Map.of(
            "mke2fs", "e2fsprogs",
            "newuidmap", "uidmap",
            "qemu-img", "qemu-utils",
            "unshare", "util-linux");

    /** Where Debian puts programs that an ordinary user's PATH may leave out. */
    private static final String SYSTEM_PATH = ":/usr/local/sbin:/usr/sbin:/sbin";

    private final String path;

    /**
     * A runner that finds programs where this process would.
     *
     * @param environment of this process; its PATH says where programs are
     */
    public CommandRunner(Map<String, String> environment) {
        this.path = environment.getOrDefault("PATH", "/usr/bin:/bin") + SYSTEM_PATH;
    }

    /**
     * Fails unless every program is there.
     *
     * @throws ImageException {@link Code#MISSING_PROGRAM}
     */
    public void require(String... programs) {
        for (String program : programs) {
            find(program);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @param listener hears every line of both outputs, in order, from one thread
     * @throws ImageException {@link Code#MISSING_PROGRAM}, {@link Code#BUILD_FAILED} with the last lines if the status
     *     is not 0, {@link Code#CANCELLED} if this thread is interrupted; the thread stays interrupted
     */
    public void run(Command command, Consumer<String> listener) {
        OutputTail tail = new OutputTail();
        Process process = start(command);
        CountDownLatch read = new CountDownLatch(1);
        Thread.ofVirtual().name("output of " + command.program()).start(() -> {
            try (InputStream output = process.getInputStream()) {
                LineReader.read(output, line -> {
                    tail.add(line);
                    listener.accept(line);
                });
            } catch (IOException e) {
                // The program was ended under our hands; its status says the rest.
                tail.add("(its output ended early: " + e.getMessage() + ")");
            } finally {
                read.countDown();
            }
        });
        try {
            int status = process.waitFor();
            read.await();
            if (status != 0) {
                throw ImageException.of(Code.BUILD_FAILED, command.program())
                        .value("status " + status)
                        .expected("0")
                        .remedy(tail.text())
                        .build();
            }
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw ImageException.of(Code.CANCELLED, "the build was cancelled while it ran " + command.program())
                    .cause(e)
                    .build();
        }
    }

    private Process start(Command command) {
        String program = find(command.program()).toString();
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                                Stream.of(program), command.arguments().stream().skip(1))
                        .toList())
                .directory(command.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().putAll(command.environment());
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + program, e);
        }
    }

    private Path find(String program) {
        Optional<Path> found = Stream.of(path.split(":"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> ImageException.of(Code.MISSING_PROGRAM, "program")
                .value(program + " is not installed")
                .expected("in " + path)
                .remedy("install Debian's package " + PACKAGES.getOrDefault(program, program))
                .build());
    }

    private static void end(Process process) {
        // Listed first: once the parent is gone its children belong to somebody else.
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!endsWithin(process, PATIENCE)) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Waits through interrupts: the program must be gone before its files are removed. */
    private static boolean endsWithin(Process process, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
