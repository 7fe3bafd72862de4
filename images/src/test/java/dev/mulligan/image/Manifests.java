package dev.mulligan.image;

import dev.mulligan.image.ImageManifest.Contents;
import dev.mulligan.image.ImageManifest.Provenance;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Manifests for the tests. */
final class Manifests {

    private Manifests() {}

    /** The n-th build of a recipe, a second later than the one before. */
    static ImageManifest manifest(String name, int n) {
        return new ImageManifest(
                Digest.of(name + n),
                name,
                "for a test",
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(n),
                123,
                DiskSize.parse("10Gi"),
                "root=/dev/vda",
                new Contents(
                        "Debian GNU/Linux 13 (trixie)",
                        "6.12.0-cloud-amd64",
                        Map.of("python3", "3.13.5-1", "git", "1:2.47.3-0+deb13u1"),
                        Map.of("python", "3.13.5")),
                new Provenance(
                        Digest.of("recipe" + n),
                        Digest.of("guest agent"),
                        List.of(Digest.of("base")),
                        List.of("FROM mulligan/base"),
                        "1"));
    }
}
