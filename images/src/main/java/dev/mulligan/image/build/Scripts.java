package dev.mulligan.image.build;

import dev.mulligan.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The two scripts that come with the builder: one runs in the root file system while it is built, the other in the
 * sandbox, first of all.
 *
 * @param guestSetup makes a root file system boot
 * @param init mounts the disk and hands over to systemd
 */
record Scripts(String guestSetup, String init) {

    static Scripts load() {
        return new Scripts(resource("guest-setup.sh"), resource("init"));
    }

    /** Part of the cache key: another script is another image. */
    Digest digest() {
        return Digest.of(guestSetup + '\0' + init);
    }

    private static String resource(String name) {
        try (InputStream input = Scripts.class.getResourceAsStream(name)) {
            if (input == null) {
                throw new IllegalStateException("resource: " + name + " (expected: beside " + Scripts.class + ")");
            }
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
