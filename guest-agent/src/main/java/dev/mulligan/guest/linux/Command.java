package dev.mulligan.guest.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one of the system's own programs as root and waits for it. */
public final class Command {
    private static final int COMPLAINT = 4096;

    private Command() {}

    /**
     * @param arguments the program's absolute path first
     * @throws IOException with what it printed on standard error, if it does not end with status 0
     */
    public static void run(List<String> arguments) throws IOException {
        Descriptor.Pipe complaints = Descriptor.pipe();
        try (Arena arena = Arena.ofConfined();
                Descriptor nothing = new Descriptor((int) Kernel.call(
                        SystemCall.OPENAT,
                        Kernel.AT_FDCWD,
                        CString.of(arena, "/dev/null").address(),
                        Open.READ_WRITE | Open.CLOEXEC));
                Descriptor readEnd = complaints.readEnd()) {
            int pid;
            try (Descriptor writeEnd = complaints.writeEnd()) {
                pid = new Spawn(
                                arguments.getFirst(),
                                arguments,
                                List.of("LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                                "/",
                                new Spawn.Pipes(nothing, nothing, writeEnd))
                        .start();
            }
            String complaint = readAll(arena, readEnd);
            Child.Status status = Child.reap(pid);
            if (status.exitCode() != 0 || status.signal() != 0) {
                throw new IOException("%s: status %d, signal %d (expected: 0); it said: %s"
                        .formatted(arguments.getFirst(), status.exitCode(), status.signal(), complaint));
            }
        }
    }

    /** The beginning of what it says; the rest is read so that it does not block. */
    private static String readAll(Arena arena, Descriptor source) throws KernelException {
        MemorySegment buffer = arena.allocate(COMPLAINT);
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
