package dev.mulligan.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small Debian in Docker, made without a registry: built by mmdebstrap once, kept in Docker by its tag.
 *
 * <p>Whoever changes what is in it changes the tag.
 */
final class DebianImage {
    static final String NAME = "mulligan-guest-test:1";

    private static final Path LOG = Path.of("target", "debian-image.log");
    private static final String PACKAGES = "python3-minimal,util-linux,procps";

    private DebianImage() {}

    static void require() throws IOException, InterruptedException {
        if (run("docker", "image", "inspect", NAME) == 0) {
            return;
        }
        Path tar = Files.createTempFile(Path.of("target"), "debian", ".tar");
        try {
            require(
                    "mmdebstrap",
                    "--variant=minbase",
                    "--include=" + PACKAGES,
                    "--customize-hook=chroot \"$1\" useradd --create-home --uid 1000 --shell /bin/bash agent",
                    release(),
                    tar.toString());
            require("docker", "import", tar.toString(), NAME);
        } finally {
            Files.deleteIfExists(tar);
        }
    }

    private static void require(String... command) throws IOException, InterruptedException {
        int status = run(command);
        if (status != 0) {
            throw new IOException(command[0] + ": status " + status + " (expected: 0); see " + LOG.toAbsolutePath());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                .start()
                .waitFor();
    }

    /** The one whose package sources are at hand: this machine's. */
    private static String release() throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
            if (line.startsWith("VERSION_CODENAME=")) {
                return line.substring("VERSION_CODENAME=".length());
            }
        }
        throw new IOException("/etc/os-release: no VERSION_CODENAME (expected: Debian or Ubuntu)");
    }
}
