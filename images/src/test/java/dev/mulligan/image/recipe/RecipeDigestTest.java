package dev.mulligan.image.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.image.Digest;
import dev.mulligan.image.DiskSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipeDigestTest {

    @TempDir
    Path folder;

    private Path script;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian:13\n");
        script = Files.createDirectory(folder.resolve("files")).resolve("run.sh");
        Files.writeString(script, "true\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void timeAndPlaceDoNotCount(@TempDir Path elsewhere) throws IOException {
        Digest before = digest(folder);

        Files.setLastModifiedTime(script, FileTime.fromMillis(0));
        Files.createDirectory(elsewhere.resolve("files"));
        Files.copy(folder.resolve("Dockerfile"), elsewhere.resolve("Dockerfile"));
        Files.copy(script, elsewhere.resolve("files/run.sh"));

        assertThat(digest(folder)).isEqualTo(before);
        assertThat(digest(elsewhere)).isEqualTo(before);
    }

    @Test
    void everythingElseCounts() throws IOException {
        Digest before = digest(folder);
        assertThat(digest(folder, "guest agent x")).isNotEqualTo(before);

        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Digest executable = digest(folder);
        assertThat(executable).isNotEqualTo(before);

        Files.writeString(script, "false\n");
        Digest changed = digest(folder);
        assertThat(changed).isNotEqualTo(executable);

        Files.move(script, script.resolveSibling("walk.sh"));
        Digest renamed = digest(folder);
        assertThat(renamed).isNotEqualTo(changed);

        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));
        assertThat(digest(folder)).isNotEqualTo(renamed);
    }

    @Test
    void isTheSameInEveryVersion() {
        // If this changes, everybody's images are built again: count Inputs.BUILDER up and say so.
        assertThat(digest(folder).hex()).isEqualTo("bacd8a8a0d06e6e9bf872bcd8dc7f6204bba95a2e22c5a780a7dc01f1b1efe3a");
    }

    private static Digest digest(Path folder, String... others) {
        Recipe recipe = new Recipe(
                "mine",
                "",
                folder,
                DiskSize.parse("1Gi"),
                Map.of(),
                Map.of(),
                new RecipeSource.Dockerfile(folder.resolve("Dockerfile")));
        return RecipeDigest.of(recipe, List.of(others));
    }
}
