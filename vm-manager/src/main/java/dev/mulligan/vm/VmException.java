package dev.mulligan.vm;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of this module. Its message has the form {@code what: value (expected: …); what to do}; the parts
 * are there by themselves as well, empty where a failure has none.
 */
public final class VmException extends RuntimeException {
    private final VmErrorCode code;
    private final String what;
    private final String value;
    private final String expected;
    private final String remedy;

    public VmException(VmErrorCode code, String message) {
        this(code, message, null);
    }

    public VmException(VmErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, message, "", "", "", cause);
    }

    private VmException(
            VmErrorCode code,
            String message,
            String what,
            String value,
            String expected,
            String remedy,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.what = what;
        this.value = value;
        this.expected = expected;
        this.remedy = remedy;
    }

    /** A message in the house's form. */
    public static VmException of(VmErrorCode code, String what, Object value, String expected, String remedy) {
        String message = what + ": " + value + " (expected: " + expected + "); " + remedy;
        return new VmException(code, message, what, value.toString(), expected, remedy, null);
    }

    static VmException invalid(String what, Object value, String expected, String remedy) {
        return of(VmErrorCode.INVALID_ARGUMENT, what, "\"" + value + "\"", expected, remedy);
    }

    public VmErrorCode code() {
        return code;
    }

    /** What went wrong; the whole message if it was not given in parts. */
    public String what() {
        return what;
    }

    public String value() {
        return value;
    }

    public String expected() {
        return expected;
    }

    public String remedy() {
        return remedy;
    }
}
