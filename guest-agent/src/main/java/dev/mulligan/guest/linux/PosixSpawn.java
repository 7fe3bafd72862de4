package dev.mulligan.guest.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Starts programs with posix_spawn(3), where {@link SpawnCode} is not available: a shell moves the program into its
 * cgroup and setpriv(1) takes its powers, so one start is up to three.
 */
final class PosixSpawn {
    private static final int SET_SIGNAL_DEFAULT = 0x04;
    private static final int SET_SIGNAL_MASK = 0x08;
    private static final int SET_SESSION = 0x80;

    // glibc's structures are 80 and 336 bytes; opaque to us, so allocated with room to spare.
    private static final int OPAQUE = 1024;
    private static final int SIGNAL_SET = 128;

    // User data reaches this shell as arguments only, never as text. The wrapper's own score would protect the program
    // from the kernel's search for memory.
    private static final String ENTER =
            "echo $$ >\"$1/cgroup.procs\" || exit 125; echo 0 >/proc/self/oom_score_adj; shift; exec \"$@\"";

    private PosixSpawn() {}

    static int start(Spawn spawn) throws KernelException {
        List<String> wrapper = wrapper(spawn);
        String program = wrapper.isEmpty() ? spawn.program() : wrapper.getFirst();
        List<String> arguments = new ArrayList<>(wrapper);
        arguments.addAll(spawn.arguments());
        if (!wrapper.isEmpty()) {
            // What wraps it looks a plain name up again; this one was found already.
            arguments.set(wrapper.size(), spawn.program());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE, 16);
            MemorySegment attributes = arena.allocate(OPAQUE, 16);
            check("posix_spawn_file_actions_init", actions.address());
            try {
                check("posix_spawnattr_init", attributes.address());
                addActions(arena, actions, spawn);
                addAttributes(arena, attributes);
                MemorySegment pid = arena.allocate(8, 8);
                check(
                        "posix_spawn",
                        pid.address(),
                        CString.of(arena, program).address(),
                        actions.address(),
                        attributes.address(),
                        CString.arrayOf(arena, arguments).address(),
                        CString.arrayOf(arena, spawn.environment()).address());
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                check("posix_spawn_file_actions_destroy", actions.address());
            }
        }
    }

    private static List<String> wrapper(Spawn spawn) {
        List<String> wrapper = new ArrayList<>();
        spawn.cgroup()
                .ifPresent(cgroup -> wrapper.addAll(List.of(
                        "/bin/sh", "-c", ENTER, "mulligan-run", cgroup.path().toString())));
        spawn.credentials().ifPresent(user -> {
            // By number: no name service has to answer first.
            String groups = user.groups().stream().map(String::valueOf).collect(Collectors.joining(","));
            wrapper.addAll(List.of(
                    "/usr/bin/setpriv",
                    "--reuid=" + user.uid(),
                    "--regid=" + user.gid(),
                    "--groups=" + groups,
                    "--inh-caps=-all",
                    "--bounding-set=-all",
                    "--no-new-privs",
                    "--"));
        });
        return wrapper;
    }

    private static void addActions(Arena arena, MemorySegment actions, Spawn spawn) throws KernelException {
        switch (spawn.streams()) {
            case Spawn.Pipes(Descriptor input, Descriptor output, Descriptor error) -> {
                check("posix_spawn_file_actions_adddup2", actions.address(), input.number(), 0);
                check("posix_spawn_file_actions_adddup2", actions.address(), output.number(), 1);
                check("posix_spawn_file_actions_adddup2", actions.address(), error.number(), 2);
            }
            case Spawn.TerminalDevice(String path) -> {
                // The child is already leader of its new session: opening a terminal makes it the controlling one.
                long device = CString.of(arena, path).address();
                check("posix_spawn_file_actions_addopen", actions.address(), 0, device, Open.READ_WRITE, 0);
                check("posix_spawn_file_actions_adddup2", actions.address(), 0, 1);
                check("posix_spawn_file_actions_adddup2", actions.address(), 0, 2);
            }
        }
        long directory = CString.of(arena, spawn.directory()).address();
        check("posix_spawn_file_actions_addchdir_np", actions.address(), directory);
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
