package dev.mulligan.guest.stream;

import java.io.IOException;

/** The caller went away, changed its mind, or its deadline passed: nobody is left to tell. */
public final class CallCancelledException extends IOException {
    private static final long serialVersionUID = 1;

    CallCancelledException() {
        super("call: cancelled by the host, its deadline or a broken connection");
    }
}
