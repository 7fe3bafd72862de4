package dev.mulligan.host;

import java.util.Objects;
import java.util.Optional;

/**
 * The one exception of the host agent. Its message is made for people: what was wrong (with the value), what was
 * expected, and what to do next. {@code host.service} maps it to a gRPC status; nothing else translates it.
 */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HostErrorCode code;
    private final String what;
    private final String value;
    private final String expected;
    private final String remedy;

    private HostException(Builder builder) {
        super(builder.message(), builder.cause);
        this.code = builder.code;
        this.what = builder.what;
        this.value = builder.value;
        this.expected = builder.expected;
        this.remedy = builder.remedy;
    }

    /** Starts an exception: {@code what} says what went wrong, without the value ("unknown sandbox"). */
    public static Builder of(HostErrorCode code, String what) {
        return new Builder(code, what);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public HostErrorCode code() {
        return code;
    }

    /** The offending value as it was given; empty if there is none. */
    public String value() {
        return value;
    }

    /** What would have been right; empty if that goes without saying. */
    public String expected() {
        return expected;
    }

    /** The same, and where in the request it was: {@code calls[2]}. */
    public HostException at(String place) {
        return of(code, place + ": " + what)
                .value(value)
                .expected(expected)
                .remedy(remedy)
                .cause(this)
                .build();
    }

    /** What to do next; empty if nothing can be done. */
    public String remedy() {
        return remedy;
    }

    /** Collects the parts of the message. */
    public static final class Builder {
        private final HostErrorCode code;
        private final String what;
        private String value = "";
        private String expected = "";
        private String remedy = "";
        private @org.jspecify.annotations.Nullable Throwable cause;

        private Builder(HostErrorCode code, String what) {
            this.code = Objects.requireNonNull(code);
            this.what = Objects.requireNonNull(what);
        }

        public Builder value(Object offending) {
            this.value = String.valueOf(offending);
            return this;
        }

        public Builder expected(String expectation) {
            this.expected = expectation;
            return this;
        }

        public Builder remedy(String next) {
            this.remedy = next;
            return this;
        }

        public Builder cause(Throwable reason) {
            this.cause = reason;
            return this;
        }

        public HostException build() {
            return new HostException(this);
        }

        private String message() {
            StringBuilder message = new StringBuilder(what);
            if (!value.isEmpty()) {
                message.append(": ").append(value);
            }
            if (!expected.isEmpty()) {
                message.append(" (expected: ").append(expected).append(')');
            }
            Optional.of(remedy)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> message.append("; ").append(text));
            return message.toString();
        }
    }
}
