package dev.mulligan.host.image;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.image.ImageException;

/** From the failures of {@code images} to ours. */
public final class ImageFailures {
    private ImageFailures() {}

    /** The message stays, for it has the same form; and so do its parts. */
    public static HostException translate(ImageException failure) {
        return HostException.of(code(failure.code()), failure.what())
                .value(failure.value())
                .expected(failure.expected())
                .remedy(failure.remedy())
                .cause(failure)
                .build();
    }

    private static HostErrorCode code(ImageException.Code code) {
        return switch (code) {
            case UNKNOWN_IMAGE -> HostErrorCode.UNKNOWN_IMAGE;
            case UNKNOWN_RECIPE -> HostErrorCode.UNKNOWN_RECIPE;
            case BAD_RECIPE -> HostErrorCode.BAD_RECIPE;
            case UNSUPPORTED_BASE -> HostErrorCode.UNSUPPORTED_BASE;
            case MISSING_BASE -> HostErrorCode.UNKNOWN_IMAGE;
            case NO_DOCKER -> HostErrorCode.NO_DOCKER;
            case MISSING_PROGRAM, MISSING_GUEST_AGENT -> HostErrorCode.MISSING_PROGRAM;
            case BUILD_FAILED -> HostErrorCode.BUILD_FAILED;
            case CANCELLED -> HostErrorCode.CANCELLED;
            case DAMAGED_IMAGE, STORE_UNAVAILABLE -> HostErrorCode.INTERNAL;
        };
    }
}
