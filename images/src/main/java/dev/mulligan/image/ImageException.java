package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The one exception of this module. Its message carries the offending value, what was expected and what to do. */
public final class ImageException extends RuntimeException {

    private final Code code;

    public ImageException(Code code, String message) {
        this(code, message, null);
    }

    public ImageException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = requireNonNull(code, "code");
    }

    public Code code() {
        return code;
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
