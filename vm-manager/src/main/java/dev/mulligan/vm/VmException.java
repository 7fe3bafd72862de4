package dev.mulligan.vm;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of this module. Its message has the form {@code what: value (expected: …); what to do}.
 */
public final class VmException extends RuntimeException {
    private final VmErrorCode code;

    public VmException(VmErrorCode code, String message) {
        this(code, message, null);
    }

    public VmException(VmErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A message in the house's form. */
    public static VmException of(VmErrorCode code, String what, Object value, String expected, String remedy) {
        return new VmException(code, what + ": " + value + " (expected: " + expected + "); " + remedy);
    }

    static VmException invalid(String what, Object value, String expected, String remedy) {
        return of(VmErrorCode.INVALID_ARGUMENT, what, "\"" + value + "\"", expected, remedy);
    }

    public VmErrorCode code() {
        return code;
    }
}
