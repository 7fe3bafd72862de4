package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.Approval;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Binds an answer to what somebody saw earlier, and not to what there is to see when it is given. */
final class DigestOption {
    @Option(
            names = "--digest",
            paramLabel = "HEX",
            description = "Only if it is still what was shown with this digest; default: what there is to see now.")
    private @Nullable String digest;

    /** That approval, as the answer is to name it. */
    Approval bound(Approval now) {
        return digest == null ? now : now.toBuilder().setDigest(digest).build();
    }
}
