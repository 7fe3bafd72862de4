package dev.mulligan.host.workspace.pack;

import java.io.IOException;

/** The kernel refused a system call. */
final class Errno extends IOException {
    private static final long serialVersionUID = 1;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EPERM = 1;
    private static final int ENOTDIR = 20;
    private static final int ELOOP = 40;
    private static final int ENXIO = 6;
    private static final int EINVAL = 22;

    private final int number;

    Errno(String call, int number) {
        super(call + ": error number " + number + " (errno(3))");
        this.number = number;
    }

    /** Something else is there now than was expected. */
    static Errno gone(String call) {
        return new Errno(call, ENOENT);
    }

    /** Whether what was there is not there any more, or something else is. */
    boolean isGone() {
        return switch (number) {
            // EINVAL: readlink(2) of what is no link any more.
            case ENOENT, ENOTDIR, ELOOP, ENXIO, EINVAL -> true;
            default -> false;
        };
    }

    boolean isDenied() {
        return number == EACCES || number == EPERM;
    }
}
