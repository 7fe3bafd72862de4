package dev.mulligan.guest.session;

import java.io.IOException;

/** An interpreter sent what its driver does not send: the user's code has found the control socket. */
final class GarbledException extends IOException {
    private static final long serialVersionUID = 1;

    GarbledException(String what) {
        super("control socket: " + what + " (expected: the reply of the driver to this call)");
    }
}
