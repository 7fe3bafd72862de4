package dev.mulligan.guest.linux;

import java.util.Locale;

/** The kernel's error numbers that somebody here tells apart (asm-generic/errno.h); {@link #OTHER} is the rest. */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    ESRCH(3, "no such process"),
    EINTR(4, "interrupted"),
    EIO(5, "input/output error"),
    E2BIG(7, "argument list too long"),
    ENOEXEC(8, "not an executable"),
    ECHILD(10, "no such child"),
    EAGAIN(11, "try again: a limit is reached"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EBUSY(16, "busy"),
    EEXIST(17, "exists already"),
    EXDEV(18, "crosses file systems"),
    ENOTDIR(20, "not a directory"),
    EISDIR(21, "is a directory"),
    EINVAL(22, "invalid argument"),
    ENFILE(23, "too many open files in the guest"),
    EMFILE(24, "too many open files"),
    ENOTTY(25, "not supported by this device"),
    ETXTBSY(26, "open for writing"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "disk full"),
    EROFS(30, "read-only file system"),
    EPIPE(32, "nobody reads any more"),
    ENAMETOOLONG(36, "name too long"),
    ENOSYS(38, "not in this kernel"),
    ENOTEMPTY(39, "directory not empty"),
    ELOOP(40, "symbolic link where none may be"),
    ENODATA(61, "no such attribute"),
    EOPNOTSUPP(95, "not supported by this file system"),
    EDQUOT(122, "quota exceeded"),
    OTHER(-1, "error");

    private final int number;
    private final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    static Errno of(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return errno;
            }
        }
        return OTHER;
    }

    /** What it means, for people: "disk full". */
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return name().toUpperCase(Locale.ROOT);
    }
}
