package dev.mulligan.guest.linux;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A program to start.
 *
 * <p>Not {@link ProcessBuilder}, because a caller must be able to tell {@code exit 137} from SIGKILL, must know what
 * the program used, must not have its pipes drained into memory when it ends, and needs sessions and terminals.
 *
 * @param program absolute path of the executable
 * @param arguments what it sees as its arguments, its own name first
 * @param environment {@code NAME=value}
 * @param directory absolute working directory
 * @param streams standard input, output and error
 * @param cgroup in which it is from its first instruction; empty: in ours
 * @param credentials as whom; empty: as ourselves
 */
public record Spawn(
        String program,
        List<String> arguments,
        List<String> environment,
        String directory,
        Streams streams,
        Optional<Cgroup> cgroup,
        Optional<Credentials> credentials) {
    private static final String SHELL = "/bin/sh";

    /** A process that we are starting holds what we had open for writing, until it has closed it (ETXTBSY). */
    private static final Duration BUSY = Duration.ofSeconds(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    public Spawn {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }

    /** A program that runs as ourselves, in our own cgroup. */
    public Spawn(String program, List<String> arguments, List<String> environment, String directory, Streams streams) {
        this(program, arguments, environment, directory, streams, Optional.empty(), Optional.empty());
    }

    /** Where standard input, output and error of the program lead. */
    public sealed interface Streams {}

    /** To these descriptors. */
    public record Pipes(Descriptor input, Descriptor output, Descriptor error) implements Streams {}

    /** To this terminal, which becomes the controlling one. */
    public record TerminalDevice(String path) implements Streams {}

    /** A control group: its directory, and the same opened. */
    public record Cgroup(Path path, Descriptor directory) {}

    /**
     * Starts the program in a session of its own, with default signal handling and no descriptor but the three. What is
     * no program but a text without {@code #!} is given to the shell, as execvp(3) does. One that is open for writing is
     * tried again, for some seconds.
     *
     * @return its process id; the caller reaps it
     * @throws KernelException if the kernel has no room for it, or cannot execute it
     */
    public int start() throws KernelException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return startOrShell();
            } catch (KernelException e) {
                if (e.errno() != Errno.ETXTBSY || System.nanoTime() - begin > BUSY.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }
    }

    private int startOrShell() throws KernelException {
        try {
            return perform();
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOEXEC || program.equals(SHELL)) {
                throw e;
            }
            return inShell().perform();
        }
    }

    private int perform() throws KernelException {
        return SpawnCode.isAvailable() ? DirectSpawn.start(this) : PosixSpawn.start(this);
    }

    private Spawn inShell() {
        List<String> words = new ArrayList<>(List.of(SHELL, program));
        words.addAll(arguments.subList(Math.min(1, arguments.size()), arguments.size()));
        return new Spawn(SHELL, words, environment, directory, streams, cgroup, credentials);
    }
}
