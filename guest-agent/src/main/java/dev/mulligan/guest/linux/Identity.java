package dev.mulligan.guest.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Lets the calling thread, and no other, touch files as somebody else: setfsuid(2), setfsgid(2), setgroups(2).
 *
 * <p>A file-system user id other than 0 takes the thread's power to override permissions away (capabilities(7), "Effect
 * of user ID changes"), so the kernel checks every path as it would for that user. The C library's setgroups would
 * change all threads; the system call changes this one.
 */
public final class Identity {
    private Identity() {}

    /** What is done in somebody else's name. */
    public interface Action<T> {
        T run() throws IOException, InterruptedException;
    }

    /**
     * Runs {@code action} as the given user, then becomes root again.
     *
     * @param groups all of the user's groups
     */
    public static <T> T as(int uid, int gid, List<Integer> groups, Action<T> action)
            throws IOException, InterruptedException {
        if (uid == 0 || Kernel.effectiveUserId() != 0) {
            // Root is what we are; and who is not root cannot be anybody else, as the accounts checked.
            return action.run();
        }
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "thread: virtual (expected: a platform thread); it would share its identity");
        }
        try {
            become(uid, gid, groups);
            return action.run();
        } finally {
            become(0, 0, List.of());
        }
    }

    private static void become(int uid, int gid, List<Integer> groups) throws KernelException {
        // Towards root: first the user, which brings the power to change the rest back.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, groups.size()));
            for (int index = 0; index < groups.size(); index++) {
                ids.setAtIndex(ValueLayout.JAVA_INT, index, groups.get(index));
            }
            if (uid == 0) {
                set(SystemCall.SETFSUID, 0);
            }
            Kernel.call(SystemCall.SETGROUPS, groups.size(), ids.address());
            set(SystemCall.SETFSGID, gid);
            set(SystemCall.SETFSUID, uid);
        }
    }

    /** These calls report no failure: ask for the impossible, and they tell what holds. */
    private static void set(SystemCall call, int id) {
        Downcall.call(Kernel.SYSCALL, call.number(), id, 0, 0, 0, 0, 0);
        int now = (int) Downcall.call(Kernel.SYSCALL, call.number(), -1, 0, 0, 0, 0, 0);
        if (now != id) {
            throw new IllegalStateException(call + ": " + now + " (expected: " + id + "); is this process root?");
        }
    }
}
