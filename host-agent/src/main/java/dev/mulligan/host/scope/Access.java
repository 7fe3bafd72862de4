package dev.mulligan.host.scope;

import java.util.Locale;

/** What a sandbox may do in a folder of the host that it sees, from narrow to wide. */
public enum Access {
    /** Not even root of the sandbox writes in it. */
    READ,
    /** What is written stays in the sandbox until it is applied. */
    WRITE;

    /** As people write it: {@code read}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Access narrow(Access other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
