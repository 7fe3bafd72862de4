package dev.mulligan.guest.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * A program to start: posix_spawn(3).
 *
 * <p>Not {@link ProcessBuilder}, because a caller must be able to tell {@code exit 137} from SIGKILL, must know what
 * the program used, must not have its pipes drained into memory when it ends, and needs sessions and terminals.
 *
 * @param program absolute path of the executable
 * @param arguments what it sees as its arguments, its own name first
 * @param environment {@code NAME=value}
 * @param directory absolute working directory
 * @param streams standard input, output and error
 */
public record Spawn(
        String program, List<String> arguments, List<String> environment, String directory, Streams streams) {
    private static final int SET_SIGNAL_DEFAULT = 0x04;
    private static final int SET_SIGNAL_MASK = 0x08;
    private static final int SET_SESSION = 0x80;

    // glibc's structures are 80 and 336 bytes; opaque to us, so allocated with room to spare.
    private static final int OPAQUE = 1024;
    private static final int SIGNAL_SET = 128;

    public Spawn {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }

    /** Where standard input, output and error of the program lead. */
    public sealed interface Streams {}

    /** To these descriptors. */
    public record Pipes(Descriptor input, Descriptor output, Descriptor error) implements Streams {}

    /** To this terminal, which becomes the controlling one. */
    public record TerminalDevice(String path) implements Streams {}

    /**
     * Starts the program in a session of its own, with default signal handling and no descriptor but the three.
     *
     * @return its process id; the caller reaps it
     * @throws KernelException if the kernel has no room for it, or cannot execute it
     */
    public int start() throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE, 16);
            MemorySegment attributes = arena.allocate(OPAQUE, 16);
            check("posix_spawn_file_actions_init", actions.address());
            try {
                check("posix_spawnattr_init", attributes.address());
                addActions(arena, actions);
                addAttributes(arena, attributes);
                MemorySegment pid = arena.allocate(8, 8);
                check(
                        "posix_spawn",
                        pid.address(),
                        CString.of(arena, program).address(),
                        actions.address(),
                        attributes.address(),
                        CString.arrayOf(arena, arguments).address(),
                        CString.arrayOf(arena, environment).address());
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                check("posix_spawn_file_actions_destroy", actions.address());
            }
        }
    }

    private void addActions(Arena arena, MemorySegment actions) throws KernelException {
        switch (streams) {
            case Pipes pipes -> {
                check("posix_spawn_file_actions_adddup2", actions.address(), pipes.input.number(), 0);
                check("posix_spawn_file_actions_adddup2", actions.address(), pipes.output.number(), 1);
                check("posix_spawn_file_actions_adddup2", actions.address(), pipes.error.number(), 2);
            }
            case TerminalDevice terminal -> {
                // The child is already leader of its new session: opening a terminal makes it the controlling one.
                MemorySegment path = CString.of(arena, terminal.path);
                check("posix_spawn_file_actions_addopen", actions.address(), 0, path.address(), Open.READ_WRITE, 0);
                check("posix_spawn_file_actions_adddup2", actions.address(), 0, 1);
                check("posix_spawn_file_actions_adddup2", actions.address(), 0, 2);
            }
        }
        check(
                "posix_spawn_file_actions_addchdir_np",
                actions.address(),
                CString.of(arena, directory).address());
        // Not all that the Java runtime opens is closed on exec.
        check("posix_spawn_file_actions_addclosefrom_np", actions.address(), 3);
    }

    private static void addAttributes(Arena arena, MemorySegment attributes) throws KernelException {
        MemorySegment none = arena.allocate(SIGNAL_SET, 8);
        MemorySegment all = arena.allocate(SIGNAL_SET, 8).fill((byte) -1);
        check("posix_spawnattr_setsigmask", attributes.address(), none.address());
        check("posix_spawnattr_setsigdefault", attributes.address(), all.address());
        check("posix_spawnattr_setflags", attributes.address(), SET_SIGNAL_DEFAULT | SET_SIGNAL_MASK | SET_SESSION);
    }

    /** Calls a function that returns its error number. */
    private static void check(String function, long... words) throws KernelException {
        long[] seven = Arrays.copyOf(words, 7);
        int errno = (int) Downcall.call(
                Downcall.find(function), seven[0], seven[1], seven[2], seven[3], seven[4], seven[5], seven[6]);
        if (errno != 0) {
            throw new KernelException(function, errno);
        }
    }
}
