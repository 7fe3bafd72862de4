package dev.mulligan.guest.linux;

/** Flags of open(2) that are the same on x86-64 and AArch64, and those two that are not. */
public final class Open {
    public static final int READ_ONLY = 0;
    public static final int WRITE_ONLY = 1;
    public static final int READ_WRITE = 2;
    public static final int CREATE = 0x40;
    public static final int EXCLUSIVE = 0x80;
    public static final int NO_CONTROLLING_TERMINAL = 0x100;
    public static final int NONBLOCK = 0x800;
    public static final int CLOEXEC = 0x80000;
    public static final int PATH = 0x200000;

    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    public static final int DIRECTORY = ARM ? 0x4000 : 0x10000;
    public static final int NOFOLLOW = ARM ? 0x8000 : 0x20000;

    private Open() {}
}
