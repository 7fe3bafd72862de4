package dev.mulligan.guest.linux;

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

    /** Why. */
    public Errno errno() {
        return errno;
    }
}
