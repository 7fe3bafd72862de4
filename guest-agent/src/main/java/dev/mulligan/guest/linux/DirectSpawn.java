package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts programs with {@link SpawnCode}: one process, one execve(2), no helper. What the process does before it is
 * the program is written down as system calls; the order matters, powers go last.
 *
 * <p>The block, in bytes: 0 a signal mask of all, 8 our own mask, 16 the result of a call that failed, 24 which one,
 * 32 struct clone_args, 120 the calls, seven words each; behind them what they point to.
 */
final class DirectSpawn {
    private static final int RESULT = 16;
    private static final int FAILED = 24;
    private static final int CLONE = 32 / 8;
    private static final int SCRIPT = 120;
    private static final int ENTRY = 7;

    private static final long CLONE_VM = 0x100;
    private static final long CLONE_VFORK = 0x4000;
    private static final long CLONE_CLEAR_SIGHAND = 0x1_0000_0000L;
    private static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
    private static final int SIGCHLD = 17;

    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int CAPABILITY_VERSION = 0x20080522;
    private static final int SET_MASK = 2;
    private static final int MASK_BYTES = 8;

    /** After close_range(2) the next descriptor is this one. */
    private static final int FIRST_FREE = 3;

    private static final int LAST_CAPABILITY = (int) number("/proc/sys/kernel/cap_last_cap");
    private static final boolean PROTECTED = number("/proc/self/oom_score_adj") < 0;
    private static final List<Integer> IGNORED = ignoredSignals();

    private final Words calls = new Words();
    private final Words data = new Words();
    private final List<SystemCall> names = new ArrayList<>();

    private DirectSpawn() {}

    static int start(Spawn spawn) throws KernelException {
        return new DirectSpawn().perform(spawn);
    }

    private int perform(Spawn spawn) throws KernelException {
        write(spawn);
        try (Arena arena = Arena.ofConfined()) {
            long script = SCRIPT + 8L * calls.size();
            MemorySegment block = arena.allocate(script + 8L * data.size(), 8);
            long base = block.address() + script;
            calls.relocate(base);
            data.relocate(base);
            block.set(JAVA_LONG, 0, -1);
            block.setAtIndex(JAVA_LONG, CLONE, flags(spawn));
            block.setAtIndex(JAVA_LONG, CLONE + 4, SIGCHLD);
            spawn.cgroup()
                    .ifPresent(cgroup -> block.setAtIndex(
                            JAVA_LONG, CLONE + 10, cgroup.directory().number()));
            calls.copyTo(block, SCRIPT);
            data.copyTo(block, script);
            long pid = SpawnCode.run(block);
            if (pid < 0) {
                throw new KernelException(SystemCall.CLONE3.name(), (int) -pid);
            }
            long result = block.get(JAVA_LONG, RESULT);
            if (result < 0) {
                Child.reap((int) pid);
                long failed = block.get(JAVA_LONG, FAILED) - block.address() - SCRIPT;
                throw new KernelException(
                        names.get((int) (failed / (8 * ENTRY))).name(), (int) -result);
            }
            return (int) pid;
        }
    }

    private static long flags(Spawn spawn) {
        long flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND;
        return spawn.cgroup().isPresent() ? flags | CLONE_INTO_CGROUP : flags;
    }

    private void write(Spawn spawn) {
        call(SystemCall.SETSID);
        // No switch over the types: what the compiler makes of it is linked at run time, half a second when emulated.
        if (spawn.streams() instanceof Spawn.Pipes pipes) {
            call(SystemCall.DUP3, pipes.input().number(), 0);
            call(SystemCall.DUP3, pipes.output().number(), 1);
            call(SystemCall.DUP3, pipes.error().number(), 2);
        } else if (spawn.streams() instanceof Spawn.TerminalDevice terminal) {
            // Leader of its new session: opening a terminal makes it the controlling one.
            call(SystemCall.CLOSE, 0);
            callWith(SystemCall.OPENAT, 1, data.text(terminal.path()), Kernel.AT_FDCWD, 0, Open.READ_WRITE);
            call(SystemCall.DUP3, 0, 1);
            call(SystemCall.DUP3, 0, 2);
        }
        // Not all that the Java runtime opens is closed on exec.
        call(SystemCall.CLOSE_RANGE, FIRST_FREE, 0xffff_ffffL);
        callWith(SystemCall.CHDIR, 0, data.text(spawn.directory()), 0);
        if (PROTECTED && spawn.cgroup().isPresent()) {
            // Our own score would protect the program from the kernel's search for memory.
            callWith(SystemCall.OPENAT, 1, data.text("/proc/self/oom_score_adj"), Kernel.AT_FDCWD, 0, Open.WRITE_ONLY);
            callWith(SystemCall.WRITE, 1, data.text("0"), FIRST_FREE, 0, 1);
            call(SystemCall.CLOSE, FIRST_FREE);
        }
        spawn.credentials().ifPresent(this::become);
        for (int signal : IGNORED) {
            // clone3 resets handlers, and leaves what is ignored. struct sigaction of nothing but zeros: the default.
            callWith(SystemCall.RT_SIGACTION, 1, data.words(0, 0, 0, 0), signal, 0, 0, MASK_BYTES);
        }
        callWith(SystemCall.RT_SIGPROCMASK, 1, data.words(0), SET_MASK, 0, 0, MASK_BYTES);
        int program = data.text(spawn.program());
        int arguments = data.pointers(spawn.arguments());
        int environment = data.pointers(spawn.environment());
        int at = calls.size();
        call(SystemCall.EXECVE);
        calls.point(at + 1, program);
        calls.point(at + 2, arguments);
        calls.point(at + 3, environment);
    }

    private void become(Credentials user) {
        int[] groups = user.groups().stream().mapToInt(Integer::intValue).toArray();
        callWith(SystemCall.SETGROUPS, 1, data.integers(groups), groups.length, 0);
        for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
            call(SystemCall.PRCTL, PR_CAPBSET_DROP, capability);
        }
        call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
        call(SystemCall.SETRESGID, user.gid(), user.gid(), user.gid());
        // Takes what is effective, permitted and ambient; what could be inherited goes by hand.
        call(SystemCall.SETRESUID, user.uid(), user.uid(), user.uid());
        int header = data.words(CAPABILITY_VERSION);
        int none = data.words(0, 0, 0);
        int at = calls.size();
        call(SystemCall.CAPSET);
        calls.point(at + 1, header);
        calls.point(at + 2, none);
    }

    private void call(SystemCall call, long... arguments) {
        names.add(call);
        calls.add(call.number());
        for (int index = 0; index < ENTRY - 1; index++) {
            calls.add(index < arguments.length ? arguments[index] : 0);
        }
    }

    /** A call of which one argument points into the data. */
    private void callWith(SystemCall call, int argument, int offset, long... arguments) {
        int at = calls.size();
        call(call, arguments);
        calls.point(at + 1 + argument, offset);
    }

    private static long number(String file) {
        try {
            return Long.parseLong(KernelFile.read(Path.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("spawn: cannot read " + file, e);
        }
    }

    /** Of this process, from its birth on: systemd lets services ignore SIGPIPE, nohup(1) SIGHUP. */
    private static List<Integer> ignoredSignals() {
        try {
            for (String line : KernelFile.read(Path.of("/proc/self/status")).split("\n", -1)) {
                if (line.startsWith("SigIgn:")) {
                    long mask = Long.parseUnsignedLong(
                            line.substring("SigIgn:".length()).strip(), 16);
                    List<Integer> signals = new ArrayList<>();
                    for (int signal = 1; signal <= Long.SIZE; signal++) {
                        if ((mask >>> (signal - 1) & 1) != 0) {
                            signals.add(signal);
                        }
                    }
                    return signals;
                }
            }
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("spawn: cannot read /proc/self/status", e);
        }
    }
}
