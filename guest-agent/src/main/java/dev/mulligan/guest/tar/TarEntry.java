package dev.mulligan.guest.tar;

import com.google.protobuf.ByteString;
import java.time.Instant;

/**
 * One entry of an archive.
 *
 * @param name as written there, without checks; directories without their trailing slash
 * @param mode permission bits
 * @param size bytes of content behind the header; 0 for all but files
 * @param linkTarget of links, else empty
 */
public record TarEntry(ByteString name, Type type, int mode, long size, Instant modified, ByteString linkTarget) {
    /** What an entry is; {@link #OTHER} are hard links, devices, FIFOs and what nobody knows. */
    public enum Type {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        OTHER
    }

    public TarEntry {
        if (size < 0) {
            throw new IllegalArgumentException("tar entry: size " + size + " (expected: >= 0)");
        }
    }
}
