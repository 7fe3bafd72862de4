package dev.mulligan.guest.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one of the system's own programs as root and waits for it. */
public final class Command {
    private static final int KEPT = 4096;
    private static final List<String> ENVIRONMENT =
            List.of("LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/");

    private Command() {}

    /**
     * Runs a program for its effect.
     *
     * @param arguments the program's absolute path first
     * @throws IOException with what it printed on standard error, if it does not end with status 0
     */
    public static void run(List<String> arguments) throws IOException {
        Result result = execute(arguments, false);
        if (result.status.exitCode() != 0 || result.status.signal() != 0) {
            throw new IOException("%s: status %d, signal %d (expected: 0); it said: %s"
                    .formatted(arguments.getFirst(), result.status.exitCode(), result.status.signal(), result.output));
        }
    }

    /** Runs a program for the beginning of what it prints, on either output. */
    public static String output(List<String> arguments) throws IOException {
        return execute(arguments, true).output;
    }

    private record Result(Child.Status status, String output) {}

    private static Result execute(List<String> arguments, boolean both) throws IOException {
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Arena arena = Arena.ofConfined();
                Descriptor readEnd = pipe.readEnd()) {
            int pid;
            try (Descriptor writeEnd = pipe.writeEnd();
                    Descriptor nothing = new Descriptor((int) Kernel.call(
                            SystemCall.OPENAT,
                            Kernel.AT_FDCWD,
                            CString.of(arena, "/dev/null").address(),
                            Open.READ_WRITE | Open.CLOEXEC))) {
                Spawn.Pipes streams = new Spawn.Pipes(nothing, both ? writeEnd : nothing, writeEnd);
                pid = new Spawn(arguments.getFirst(), arguments, ENVIRONMENT, "/", streams).start();
            }
            String output = readAll(arena, readEnd);
            return new Result(Child.reap(pid), output);
        }
    }

    /** The beginning of what it says; the rest is read so that it does not block. */
    private static String readAll(Arena arena, Descriptor source) throws KernelException {
        MemorySegment buffer = arena.allocate(KEPT);
        String beginning = "";
        int count = source.read(buffer);
        while (count > 0) {
            if (beginning.isEmpty()) {
                beginning = new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            }
            count = source.read(buffer);
        }
        return beginning.strip();
    }
}
