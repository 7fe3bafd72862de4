package dev.mulligan.guest.failure;

import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be fulfilled. The message reads {@code what: value (expected: …); what to do} and goes to the
 * caller as it is.
 */
public final class GuestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    public GuestException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public GuestException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A value in a request that may not be there. */
    public static GuestException invalid(String what, Object value, String expected) {
        return new GuestException(ErrorCode.INVALID_ARGUMENT, "%s: %s (expected: %s)".formatted(what, value, expected));
    }

    public ErrorCode code() {
        return code;
    }
}
