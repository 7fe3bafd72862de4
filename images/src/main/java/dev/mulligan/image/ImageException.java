package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of this module. Its message is made for people and has the form {@code what: value (expected: …);
 * remedy}; the parts are there for programs too, each empty if there is none.
 */
public final class ImageException extends RuntimeException {

    private final Code code;
    private final String what;
    private final String value;
    private final String expected;
    private final String remedy;

    /** One that is told in a sentence: {@code what} is the message. */
    public ImageException(Code code, String what) {
        this(of(code, what));
    }

    private ImageException(Builder builder) {
        super(builder.message(), builder.cause);
        this.code = builder.code;
        this.what = builder.what;
        this.value = builder.value;
        this.expected = builder.expected;
        this.remedy = builder.remedy;
    }

    /** Starts an exception: {@code what} says what it is about, without the value ("image"). */
    public static Builder of(Code code, String what) {
        return new Builder(code, what);
    }

    public Code code() {
        return code;
    }

    /** What it is about. */
    public String what() {
        return what;
    }

    /** What was found, and where the value alone does not show it, what is wrong with it. */
    public String value() {
        return value;
    }

    /** What would have been right. */
    public String expected() {
        return expected;
    }

    /** What to do next; for a program that failed, what it said last. */
    public String remedy() {
        return remedy;
    }

    /** Collects the parts of the message. */
    public static final class Builder {

        private final Code code;
        private final String what;
        private String value = "";
        private String expected = "";
        private String remedy = "";
        private @Nullable Throwable cause;

        private Builder(Code code, String what) {
            this.code = requireNonNull(code, "code");
            this.what = requireNonNull(what, "what");
        }

        public Builder value(Object found) {
            this.value = found.toString();
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

        public ImageException build() {
            return new ImageException(this);
        }

        private String message() {
            return what
                    + (value.isEmpty() ? "" : ": " + value)
                    + (expected.isEmpty() ? "" : " (expected: " + expected + ")")
                    + (remedy.isEmpty() ? "" : "; " + remedy);
        }
    }

    /** What went wrong, for programs. */
    public enum Code {
        /** No image has this name or digest, or more than one digest begins so. */
        UNKNOWN_IMAGE,
        /** No shipped recipe has this name, and no folder this path. */
        UNKNOWN_RECIPE,
        /** The recipe says something that it may not; the message has line and column. */
        BAD_RECIPE,
        /** A Dockerfile starts from something that is neither Debian nor Ubuntu. */
        UNSUPPORTED_BASE,
        /** A Dockerfile starts from a Mulligan image that has not been built. */
        MISSING_BASE,
        /** The Docker engine does not answer. */
        NO_DOCKER,
        /** A program that the build needs is not installed. */
        MISSING_PROGRAM,
        /** The file with the guest agent is missing. */
        MISSING_GUEST_AGENT,
        /** A step of the build failed; the message has its last lines. */
        BUILD_FAILED,
        /** The build's thread was interrupted. Nothing is left of it. */
        CANCELLED,
        /** An image's directory is damaged: a file is missing, or the manifest cannot be read. */
        DAMAGED_IMAGE,
        /** The store's directory cannot be read or written. */
        STORE_UNAVAILABLE
    }
}
