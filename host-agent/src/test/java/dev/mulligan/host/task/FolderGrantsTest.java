package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be granted on this host. */
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class FolderGrantsTest {
    @TempDir
    private Path directory;

    private Path root;
    private FolderGrants grants;

    @BeforeEach
    void create() throws IOException {
        root = directory.toRealPath();
        grants = new FolderGrants(Files.createDirectories(root.resolve("a/state")));
        Files.createDirectories(root.resolve("a/state/scopes"));
        Files.createDirectories(root.resolve("a/state2"));
        Files.createSymbolicLink(root.resolve("link"), root.resolve("a"));
        Files.createFile(root.resolve("file"));
    }

    private void require(String path) {
        grants.require(new Folder(path, "/workspace/a", Access.WRITE, List.of()));
    }

    @Test
    void aFolderBesideTheHostAgentsOwnMayBe() {
        assertThatCode(() -> require(root.resolve("a/state2").toString())).doesNotThrowAnyException();
    }

    @Test
    void itsOwnFilesAreNotGrantedNorWhatIsAboveThem() {
        for (String path : List.of("a", "a/state", "a/state/scopes")) {
            assertThatThrownBy(() -> require(root.resolve(path).toString()))
                    .as(path)
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("own files");
        }
    }

    @Test
    void whatIsNoFolderOrBehindALinkIsSaidSo() {
        assertThatThrownBy(() -> require(root.resolve("link/state2").toString()))
                .hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> require(root.resolve("file").toString()))
                .hasMessageContaining("a folder of this host");
        assertThatThrownBy(() -> require(root.resolve("none").toString())).hasMessageContaining("create it");
    }
}
