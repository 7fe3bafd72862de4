package dev.mulligan.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.image.command.Command;
import dev.mulligan.image.command.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivilegesTest {

    @TempDir
    private Path directory;

    @Test
    void rootNeedsNothing() {
        Privileges root = new Privileges(true);
        Command command = Command.in(directory, "tar", "-x");

        assertThat(root.apply(command)).isEqualTo(command);
        assertThat(root.applyWithMounts(command)).isEqualTo(command);
        assertThat(root.programs()).isEmpty();
    }

    @Test
    void anybodyElseGetsANamespace() {
        Privileges user = new Privileges(false);
        Command command = Command.in(directory, "tar", "-x");

        assertThat(user.apply(command).arguments())
                .containsExactly("unshare", "--user", "--map-auto", "--map-root-user", "--", "tar", "-x");
        assertThat(user.applyWithMounts(command).arguments())
                .startsWith("unshare", "--user")
                .contains("--mount", "--pid", "--kill-child")
                .endsWith("--", "tar", "-x");
        assertThat(user.programs()).contains("newuidmap");
    }

    @Test
    void removesAlsoAfterAnInterruptWhichStays() throws IOException {
        Path doomed = Files.createDirectory(directory.resolve("doomed"));
        Files.createFile(doomed.resolve("file"));

        Thread.currentThread().interrupt();
        new Privileges(true).remove(doomed, new CommandRunner(System.getenv()), line -> {});

        assertThat(Thread.interrupted()).isTrue();
        assertThat(doomed).doesNotExist();
    }
}
