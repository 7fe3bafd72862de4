package dev.mulligan.host.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Opens the bytes of files of one workspace. Who reads believes none of it: he reads no more than the declared size and
 * compares the digest.
 */
public interface UpperContent {
    /**
     * The content of a regular file of the upper layer, as it is now.
     *
     * @throws IOException if it cannot be read
     */
    InputStream open(RelativePath path) throws IOException;

    /**
     * The content of a file as it was packed; empty if that is no longer to be had. Asked for only where the host's own
     * file is another one by now, so that a merge has something to start from.
     */
    default Optional<InputStream> openPacked(RelativePath path) throws IOException {
        return Optional.empty();
    }
}
