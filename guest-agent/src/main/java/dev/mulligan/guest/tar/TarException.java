package dev.mulligan.guest.tar;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was given as a tar archive is none. */
public final class TarException extends IOException {
    private static final long serialVersionUID = 1;

    TarException(String message, @Nullable Throwable cause) {
        super("tar archive: " + message, cause);
    }
}
