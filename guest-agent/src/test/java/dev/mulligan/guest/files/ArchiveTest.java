package dev.mulligan.guest.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.UnpackResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pack and Unpack, with archives that nobody should trust. */
@Timeout(60)
@OneAgentPerProcess
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class ArchiveTest {
    private static AgentUnderTest agent;
    private static FileCalls calls;

    @TempDir
    private Path directory;

    private Path inside;
    private Path outside;

    @BeforeAll
    static void start() throws Exception {
        agent = AgentUnderTest.start();
        calls = new FileCalls(agent);
    }

    @AfterAll
    static void stop() throws Exception {
        agent.close();
    }

    @BeforeEach
    void directories() throws IOException {
        inside = Files.createDirectory(directory.resolve("inside"));
        outside = Files.createDirectory(directory.resolve("outside"));
    }

    @Test
    void packsAndUnpacksATree() throws Exception {
        Path source = Files.createDirectories(directory.resolve("source/sub"));
        Files.writeString(source.resolve("file"), "content");
        Files.setPosixFilePermissions(source.resolve("file"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("file"));
        byte[] noise = new byte[1_000_000];
        new Random(1).nextBytes(noise);
        Files.write(source.resolve("large"), noise);
        ByteString archive = calls.pack(FileCalls.bytes(directory.resolve("source")));
        UnpackResponse response = calls.unpack(FileCalls.bytes(inside), archive);
        assertThat(response.getEntries()).isEqualTo(5);
        assertThat(response.getBytes()).isEqualTo(1_000_007);
        Path copy = inside.resolve("source/sub");
        assertThat(copy.resolve("file")).hasContent("content");
        assertThat(Files.getPosixFilePermissions(copy.resolve("file")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(Files.readSymbolicLink(copy.resolve("link"))).isEqualTo(Path.of("file"));
        assertThat(copy.resolve("large")).hasBinaryContent(noise);
    }

    @Test
    void packsASingleFile() throws Exception {
        Files.writeString(outside.resolve("one"), "1");
        calls.unpack(FileCalls.bytes(inside), calls.pack(FileCalls.bytes(outside.resolve("one"))));
        assertThat(inside.resolve("one")).hasContent("1");
    }

    @Test
    void replacesFilesAndDropsSetUserId() throws Exception {
        Files.writeString(inside.resolve("file"), "old");
        calls.unpack(FileCalls.bytes(inside), archive(file("file", 04755)));
        assertThat(inside.resolve("file")).hasContent("x");
        assertThat((int) Files.getAttribute(inside.resolve("file"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void refusesNamesThatLeadOut() throws Exception {
        assertRefused(archive(file("../escaped", 0644)), "..");
        assertRefused(archive(file("a/../../escaped", 0644)), "..");
        assertRefused(archive(file("/absolute", 0644)), "/absolute");
        assertRefused(archive(file("a/" + "n".repeat(300), 0644)), "255");
        assertThat(directory.resolve("escaped")).doesNotExist();
    }

    @Test
    void refusesToPassThroughLinks() throws Exception {
        // One from the archive itself, one that was there before, one in the middle.
        assertRefused(archive(link("way", outside.toString()), file("way/escaped", 0644)), "way/escaped");
        Files.createSymbolicLink(inside.resolve("old"), outside);
        assertRefused(archive(file("old/escaped", 0644)), "old/escaped");
        assertRefused(archive(file("old/deep/escaped", 0644)), "old/deep/escaped");
        assertRefused(archive(directoryEntry("old")), "old");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aLinkInAFilesPlaceIsReplacedAndNotFollowed() throws Exception {
        Path precious = Files.writeString(outside.resolve("precious"), "precious");
        Files.createSymbolicLink(inside.resolve("file"), precious);
        calls.unpack(FileCalls.bytes(inside), archive(file("file", 0644)));
        assertThat(precious).hasContent("precious");
        assertThat(Files.isSymbolicLink(inside.resolve("file"))).isFalse();
    }

    @Test
    void refusesWhatIsNeitherFileNorDirectoryNorLink() throws Exception {
        TarArchiveEntry hardLink = new TarArchiveEntry("hard", TarConstants.LF_LINK);
        hardLink.setLinkName("/etc/shadow");
        assertRefused(archive(hardLink), "hard");
        assertRefused(archive(new TarArchiveEntry("fifo", TarConstants.LF_FIFO)), "fifo");
        assertRefused(archive(new TarArchiveEntry("device", TarConstants.LF_BLK)), "device");
        assertThat(inside).isEmptyDirectory();
    }

    @Test
    void refusesWhatIsNoArchive() throws Exception {
        assertRefused(ByteString.copyFromUtf8("no archive at all ".repeat(100)), "tar archive");
        ByteString good = archive(file("file", 0644));
        assertRefused(good.substring(0, 512), "tar archive");
        assertThat(inside).isEmptyDirectory();
    }

    private void assertRefused(ByteString archive, String message) {
        assertThatThrownBy(() -> calls.unpack(FileCalls.bytes(inside), archive))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(e.getStatus().getDescription()).contains(message);
                });
    }

    private static TarArchiveEntry file(String name, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(1);
        entry.setMode(mode);
        return entry;
    }

    private static TarArchiveEntry directoryEntry(String name) {
        return new TarArchiveEntry(name + "/");
    }

    private static TarArchiveEntry link(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return entry;
    }

    private static ByteString archive(TarArchiveEntry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (TarArchiveEntry entry : entries) {
                tar.putArchiveEntry(entry);
                if (entry.getSize() == 1) {
                    tar.write("x".getBytes(StandardCharsets.UTF_8));
                }
                tar.closeArchiveEntry();
            }
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
