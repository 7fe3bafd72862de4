package dev.mulligan.guest.linux;

import java.lang.foreign.Arena;

/** Mounts and unmounts: mount(2), umount2(2). */
public final class Mount {
    public static final int READ_ONLY = 1;
    public static final int NO_SET_USER_ID = 2;
    public static final int NO_DEVICES = 4;
    public static final int NO_PROGRAMS = 8;

    private static final int DETACH = 2;

    private Mount() {}

    /**
     * Mounts a file system.
     *
     * @param source the device, or a name for people where there is none
     * @param point the path of a directory
     * @param flags the constants above
     * @param options of the file system
     */
    public static void mount(String source, byte[] point, String type, int flags, String options)
            throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    SystemCall.MOUNT,
                    CString.of(arena, source).address(),
                    CString.of(arena, point).address(),
                    CString.of(arena, type).address(),
                    flags,
                    CString.of(arena, options).address());
        }
    }

    /** EBUSY while somebody uses it. */
    public static void unmount(byte[] point) throws KernelException {
        unmount(point, 0);
    }

    /** Out of sight at once; let go when the last one leaves. */
    public static void detach(byte[] point) throws KernelException {
        unmount(point, DETACH);
    }

    private static void unmount(byte[] point, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(SystemCall.UMOUNT2, CString.of(arena, point).address(), flags);
        }
    }
}
