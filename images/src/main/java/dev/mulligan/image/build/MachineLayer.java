package dev.mulligan.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The Dockerfile that makes a machine of what the user's Dockerfile has built: kernel, init, guest agent, settings. It
 * runs in Docker, so that nothing that a user's image does happens on the host.
 */
final class MachineLayer {

    private static final String GUEST_AGENT = "mulligan-guest-agent.tar";

    private final Path guestAgent;
    private final Scripts scripts;

    MachineLayer(Path guestAgent, Scripts scripts) {
        this.guestAgent = guestAgent;
        this.scripts = scripts;
    }

    /**
     * Writes it with its context.
     *
     * @param environment what the user's image sets, kept in {@code /etc/environment}: a disk has no other place for it
     * @return the folder, with a Dockerfile
     */
    Path write(Path work, String image, List<String> environment) throws IOException {
        Path context = Files.createDirectory(work.resolve("machine"));
        Files.copy(guestAgent, context.resolve(GUEST_AGENT));
        Files.writeString(context.resolve("guest-setup.sh"), scripts.guestSetup());
        Files.write(context.resolve("environment"), environment);
        Files.writeString(context.resolve("Dockerfile"), """
                FROM %s
                USER root
                COPY guest-setup.sh environment /opt/mulligan/build/
                RUN ["/bin/sh", "/opt/mulligan/build/guest-setup.sh", "packages"]
                ADD %s /
                RUN ["/bin/sh", "/opt/mulligan/build/guest-setup.sh", "settings"]
                """.formatted(image, GUEST_AGENT));
        return context;
    }
}
