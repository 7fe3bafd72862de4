package dev.mulligan.host.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Hands over the bytes of files of one workspace. Who takes them believes none of it: he reads no more than the declared
 * size and compares the digest.
 */
public interface UpperContent {
    /**
     * Hands over the content of regular files of the upper layer as it is now, one after another in the order asked: many
     * small files cost what their bytes cost.
     *
     * @throws IOException if one cannot be read, or the receiver throws it; nothing more is handed over then
     */
    void read(List<RelativePath> paths, Receiver receiver) throws IOException;

    /** Takes the content of one file after another. */
    interface Receiver {
        /**
         * Takes one.
         *
         * @param content read to its end, or given up with an exception; not to be used afterwards
         */
        void take(RelativePath path, InputStream content) throws IOException;
    }

    /**
     * The content of a file as it was packed; empty if that is no longer to be had. Asked for only where the host's own
     * file is another one by now, so that a merge has something to start from.
     */
    default Optional<InputStream> openPacked(RelativePath path) throws IOException {
        return Optional.empty();
    }
}
