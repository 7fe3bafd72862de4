package dev.mulligan.host.workspace.linux;

/** The system calls in use, with their numbers on x86-64 and AArch64 (Linux: syscall_64.tbl, asm-generic/unistd.h). */
enum SystemCall {
    CLOSE(3, 57),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    FCHOWNAT(260, 54),
    FGETXATTR(193, 10),
    FLISTXATTR(196, 13),
    FSETXATTR(190, 7),
    FSYNC(74, 82),
    GETDENTS64(217, 61),
    MKDIRAT(258, 34),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    READ(0, 63),
    READLINKAT(267, 78),
    RENAMEAT2(316, 276),
    STATX(332, 291),
    SYMLINKAT(266, 36),
    UNLINKAT(263, 35),
    UTIMENSAT(280, 88),
    WRITE(1, 64);

    private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");

    private final int onX86;
    private final int onArm;

    SystemCall(int onX86, int onArm) {
        this.onX86 = onX86;
        this.onArm = onArm;
    }

    int number() {
        return X86_64 ? onX86 : onArm;
    }
}
