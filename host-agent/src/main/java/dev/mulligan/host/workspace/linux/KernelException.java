package dev.mulligan.host.workspace.linux;

import java.io.IOException;
import java.util.Locale;

/** The kernel refused a system call. */
public final class KernelException extends IOException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    KernelException(String call, int number) {
        super("%s: %s (%s, errno %d)"
                .formatted(call.toLowerCase(Locale.ROOT), Errno.of(number).text(), Errno.of(number), number));
        this.errno = Errno.of(number);
    }

    /** As the kernel would have said it. */
    public static KernelException of(String call, Errno errno) {
        return new KernelException(call, errno.number());
    }

    /** Whether it is a matter of permissions. */
    public boolean isDenied() {
        return errno == Errno.EACCES || errno == Errno.EPERM;
    }

    /** Why. */
    public Errno errno() {
        return errno;
    }
}
