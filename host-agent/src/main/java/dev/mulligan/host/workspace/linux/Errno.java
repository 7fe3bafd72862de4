package dev.mulligan.host.workspace.linux;

/** The kernel's error numbers that somebody here tells apart (asm-generic/errno.h); {@link #OTHER} is the rest. */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    EINTR(4, "interrupted"),
    EIO(5, "input/output error"),
    ENXIO(6, "nobody at its other end"),
    EACCES(13, "permission denied"),
    EEXIST(17, "exists already"),
    EXDEV(18, "on another file system"),
    ENOTDIR(20, "not a directory"),
    EISDIR(21, "is a directory"),
    EINVAL(22, "not supported by this file system"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "disk full"),
    EROFS(30, "read-only file system"),
    ERANGE(34, "too large"),
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

    int number() {
        return number;
    }

    /** What it means, for people: "disk full". */
    public String text() {
        return text;
    }
}
