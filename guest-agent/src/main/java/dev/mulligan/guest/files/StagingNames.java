package dev.mulligan.guest.files;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Names for what is not yet, or no longer, in its place. */
final class StagingNames {
    private StagingNames() {}

    /** One that nobody has; whoever uses it creates it exclusively all the same. */
    static byte[] next() {
        return ".mulligan-%016x"
                .formatted(ThreadLocalRandom.current().nextLong())
                .getBytes(StandardCharsets.US_ASCII);
    }
}
