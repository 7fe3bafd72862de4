package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.image.ImageStore;

/** Finds what sandboxes boot from. */
@FunctionalInterface
public interface BootImages {
    /** By name, digest, or the digest's first 8 hex digits or more; {@code UNKNOWN_IMAGE}. */
    BootImage find(String reference);

    /** Those of a store. */
    static BootImages of(ImageStore store) {
        return new StoredBootImages(store);
    }

    /** What to throw if there is none. */
    static HostException unknown(String reference) {
        return HostException.of(HostErrorCode.UNKNOWN_IMAGE, "unknown image")
                .value('"' + reference + '"')
                .expected("a name, a digest, or at least 8 hex digits of one")
                .remedy("see 'mulligan image list', or build it: mulligan image build " + reference)
                .build();
    }
}
