package dev.mulligan.guest;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small Debian in Docker, made without a registry: built by mmdebstrap once, kept in Docker by its name.
 *
 * <p>Whoever changes what is in it changes the name.
 */
final class DebianImage {
    static final String NAME = "mulligan-guest-test-1";

    private static final String PACKAGES = "python3-minimal,util-linux,procps";

    private DebianImage() {}

    static void require(DockerClient docker) throws IOException, InterruptedException {
        try {
            docker.inspectImageCmd(NAME).exec();
        } catch (NotFoundException e) {
            create(docker);
        }
    }

    private static void create(DockerClient docker) throws IOException, InterruptedException {
        Path tar = Files.createTempFile(Path.of("target"), "debian", ".tar");
        Path log = Path.of("target", "mmdebstrap.log");
        try {
            Process process = new ProcessBuilder(
                            "mmdebstrap",
                            "--variant=minbase",
                            "--include=" + PACKAGES,
                            "--customize-hook=chroot \"$1\" useradd --create-home --uid 1000 --shell /bin/bash agent",
                            release(),
                            tar.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("mmdebstrap: status " + status + " (expected: 0); see " + log.toAbsolutePath());
            }
            try (InputStream content = Files.newInputStream(tar)) {
                docker.createImageCmd(NAME, content).exec();
            }
        } finally {
            Files.deleteIfExists(tar);
        }
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
