package dev.mulligan.guest.linux;

/** The system calls in use, with their numbers on x86-64 and AArch64 (Linux: syscall_64.tbl, asm-generic/unistd.h). */
public enum SystemCall {
    CAPSET(126, 91),
    CHDIR(80, 49),
    CLOCK_SETTIME(227, 112),
    CLONE3(435, 435),
    CLOSE(3, 57),
    CLOSE_RANGE(436, 436),
    DUP3(292, 24),
    EXECVE(59, 221),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHOWNAT(260, 54),
    FGETXATTR(193, 10),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    GETDENTS64(217, 61),
    GETEUID(107, 175),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_INIT1(294, 26),
    INOTIFY_RM_WATCH(255, 28),
    IOCTL(16, 29),
    KILL(62, 129),
    LINKAT(265, 37),
    MKDIRAT(258, 34),
    MMAP(9, 222),
    MOUNT(165, 40),
    MPROTECT(10, 226),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    PIDFD_OPEN(434, 434),
    PIPE2(293, 59),
    PPOLL(271, 73),
    PRCTL(157, 167),
    PREAD64(17, 67),
    READ(0, 63),
    READLINKAT(267, 78),
    READV(19, 65),
    RENAMEAT2(316, 276),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    SETFSGID(123, 152),
    SETFSUID(122, 151),
    SETGROUPS(116, 159),
    SETHOSTNAME(170, 161),
    SETRESGID(119, 149),
    SETRESUID(117, 147),
    SETSID(112, 157),
    SOCKETPAIR(53, 199),
    STATFS(137, 43),
    STATX(332, 291),
    SYMLINKAT(266, 36),
    UMOUNT2(166, 39),
    UNLINKAT(263, 35),
    UTIMENSAT(280, 88),
    WAIT4(61, 260),
    WAITID(247, 95),
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
