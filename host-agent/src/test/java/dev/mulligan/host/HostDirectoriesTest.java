package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostDirectoriesTest {
    private static final Path HOME = Path.of("/home/ann");

    @Test
    void findsTheStateDirectory() {
        assertThat(HostDirectories.of(Map.of(), true, HOME).state()).isEqualTo(Path.of("/var/lib/mulligan"));
        assertThat(HostDirectories.of(Map.of(), false, HOME).state())
                .isEqualTo(Path.of("/home/ann/.local/share/mulligan"));
        assertThat(HostDirectories.of(Map.of("XDG_DATA_HOME", "/data"), false, HOME)
                        .state())
                .isEqualTo(Path.of("/data/mulligan"));
        assertThat(HostDirectories.of(Map.of("MULLIGAN_STATE", "/s"), true, HOME)
                        .state())
                .isEqualTo(Path.of("/s"));
    }

    @Test
    void onlyTheOwnerLooksIntoRunAndLog(@TempDir Path directory) throws IOException {
        HostDirectories directories = new HostDirectories(directory.resolve("state"));
        Files.createDirectories(directories.run()); // by someone else before, open to all
        Files.setPosixFilePermissions(directories.run(), PosixFilePermissions.fromString("rwxrwxrwx"));

        directories.create();
        directories.create();

        assertThat(permissions(directories.run())).isEqualTo("rwx------");
        assertThat(permissions(directories.log())).isEqualTo("rwx------");
        assertThat(permissions(directories.machines())).isEqualTo("rwx--x--x");
        assertThat(permissions(directories.state())).isEqualTo("rwx--x--x");
    }

    @Test
    void refusesAPathThatNoSocketCanHave(@TempDir Path directory) {
        HostDirectories directories = new HostDirectories(directory.resolve("x".repeat(100)));

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(directories::create)
                .withMessageContainingAll("at most 107 bytes", "MULLIGAN_STATE");
        assertThat(directories.state()).doesNotExist();
    }

    @Test
    void refusesAFileWhereADirectoryBelongs(@TempDir Path directory) throws IOException {
        HostDirectories directories = new HostDirectories(Files.createFile(directory.resolve("state")));

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(directories::create)
                .withMessageContaining(directories.state().toString());
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
