package dev.mulligan.host.workspace.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of a folder through system calls, with openat2(2) and without. */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class OpenDirectoryTest {
    private static final ByteString NAME = ByteString.copyFromUtf8("name");

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    static Stream<OpenDirectories> ways() {
        return Stream.of(OpenDirectories.ofLinux(), OpenDirectories.stepByStep());
    }

    @BeforeEach
    void furnish() throws IOException {
        Trees.write(directory.resolve("a/b/file"), "content");
        Files.createSymbolicLink(directory.resolve("a/link"), Path.of("b"));
        Files.createSymbolicLink(directory.resolve("a/out"), Path.of("/"));
        Files.createSymbolicLink(directory.resolve("a/b/up"), Path.of(".."));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void findsPathsBelowThroughDirectoriesOnly(OpenDirectories directories) throws IOException {
        try (OpenDirectory folder = directories.open(directory)) {
            try (OpenDirectory below = folder.below(RelativePath.of("a/b"))) {
                assertThat(below.names()).extracting(ByteString::toStringUtf8).containsExactlyInAnyOrder("file", "up");
                assertThat(below.names()).hasSize(2);
            }
            for (String barred : List.of("a/link", "a/out", "a/out/etc", "a/b/up/b", "a/b/file", "a/no", "no/b")) {
                assertThatThrownBy(() -> folder.below(RelativePath.of(barred)))
                        .as(barred)
                        .isInstanceOfSatisfying(
                                KernelException.class,
                                failure -> assertThat(GrantedFolder.isMissing(failure))
                                        .isTrue());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void waitsForManyFilesAtOnceAndForNoneThatIsNotThere(OpenDirectories directories) throws IOException {
        List<ByteString> names = IntStream.range(0, 40)
                .mapToObj(number -> ByteString.copyFromUtf8("many-" + number))
                .toList();
        for (ByteString name : names) {
            Trees.write(directory.resolve(name.toStringUtf8()), "x");
        }
        try (OpenDirectory folder = directories.open(directory)) {
            folder.sync(names);
            folder.removeFile(names.getLast());
            assertThatThrownBy(() -> folder.sync(names))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aMountPointIsNotCrossed(OpenDirectories directories) throws IOException {
        assumeThat(Path.of("/proc/self")).exists();
        try (OpenDirectory root = directories.open(Path.of("/"))) {
            assertThatThrownBy(() -> root.below(RelativePath.of("proc/sys")))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            failure -> assertThat(failure.errno()).isEqualTo(Errno.EXDEV));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void onlyFilesAreOpened(OpenDirectories directories) throws IOException {
        Trees.replaceByFifo(directory.resolve("fifo"));
        try (OpenDirectory folder = directories.open(directory)) {
            // Opening a FIFO would wait for a writer.
            assertThatThrownBy(() -> folder.open(ByteString.copyFromUtf8("fifo")))
                    .isInstanceOf(KernelException.class);
            assertThatThrownBy(() -> folder.open(ByteString.copyFromUtf8("a"))).isInstanceOf(KernelException.class);
            try (OpenDirectory a = folder.below(RelativePath.of("a"))) {
                assertThatThrownBy(() -> a.open(ByteString.copyFromUtf8("link")))
                        .isInstanceOf(KernelException.class);
                assertThat(a.readLink(ByteString.copyFromUtf8("link"))).isEqualTo(LinkTarget.of("b"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void createsMovesAndExchanges(OpenDirectories directories) throws IOException {
        Instant time = Instant.parse("2025-05-05T05:05:05.000000005Z");
        try (OpenDirectory folder = directories.open(directory)) {
            FileStatus self = folder.status();
            Attributes attributes = Attributes.of(0640, self.uid(), self.gid(), time);
            folder.createFile(NAME, ByteString.copyFromUtf8("new").newInput(), attributes);
            assertThat(folder.find(NAME).orElseThrow().mode()).isEqualTo(0640);
            assertThat(folder.find(NAME).orElseThrow().modified()).isEqualTo(time);
            assertThatThrownBy(() -> folder.createFile(NAME, ByteString.EMPTY.newInput(), attributes))
                    .hasMessageContaining("EEXIST");
            try (OpenDirectory b = folder.below(RelativePath.of("a/b"))) {
                assertThatThrownBy(() -> folder.move(NAME, b, ByteString.copyFromUtf8("file")))
                        .hasMessageContaining("EEXIST");
                folder.exchange(NAME, b, ByteString.copyFromUtf8("file"));
            }
            assertThat(directory.resolve("name")).hasContent("content");
            assertThat(directory.resolve("a/b/file")).hasContent("new");
            folder.removeFile(NAME);
            assertThat(folder.find(NAME)).isEmpty();
            assertThatThrownBy(() -> folder.removeDirectory(ByteString.copyFromUtf8("a")))
                    .hasMessageContaining("ENOTEMPTY");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theOwnersAttributesTravelWithAFile(OpenDirectories directories) throws IOException {
        Path file = directory.resolve("a/b/file");
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        assumeThat(Files.getFileStore(file).supportsFileAttributeView("user")).isTrue();
        view.write("mine", ByteBuffer.wrap("value".getBytes(StandardCharsets.UTF_8)));
        try (OpenDirectory b = directories.open(directory.resolve("a/b"));
                OpenFile there = b.open(ByteString.copyFromUtf8("file"))) {
            assertThat(there.attributes().extended()).containsKey("user.mine");
            b.createFile(NAME, there.content(), there.attributes());
            try (OpenFile copy = b.open(NAME)) {
                assertThat(copy.attributes()).isEqualTo(there.attributes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void nothingStaysOpen(OpenDirectories directories) throws IOException {
        long before = descriptors();
        for (int round = 0; round < 50; round++) {
            try (GrantedFolder folder = new GrantedFolder(directories.open(directory))) {
                assertThat(folder.find(RelativePath.of("a/b/file"))).isPresent();
                assertThat(folder.find(RelativePath.of("a/link/file"))).isEmpty();
                assertThat(folder.find(RelativePath.of("a/b/no/thing"))).isEmpty();
            }
        }
        // Other tests run beside this one.
        assertThat(descriptors()).isLessThan(before + 50);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
