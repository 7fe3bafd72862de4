package dev.mulligan.host.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive is a stranger's: each test is one thing that a stranger may try. */
final class TarUnpackerTest {
    private final Path outside;
    private final Path target;
    private final List<String> skipped = new ArrayList<>();
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(archive, "UTF-8");

    TarUnpackerTest(@TempDir Path directory) throws IOException {
        outside = Files.writeString(directory.resolve("outside"), "untouched");
        target = directory.resolve("target");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    @Test
    void anHonestTree() throws IOException {
        directory("top/", 0755);
        directory("top/closed/", 0500);
        file("top/closed/a", "1", 0644);
        file("top/new/run", "2", 0755);
        link("top/closed/link", "../new/run");
        link("top/both", "closed/link");
        hardLink("top/again", "top/closed/a");
        assertThat(unpack(Bounds.USUAL)).isEqualTo(7);
        assertThat(target.resolve("closed/a")).hasContent("1");
        assertThat(target.resolve("closed/link")).hasContent("2");
        assertThat(target.resolve("both")).hasContent("2");
        assertThat(target.resolve("again")).hasContent("1");
        assertThat(mode("new/run")).isEqualTo("rwxr-xr-x");
        assertThat(mode("closed")).isEqualTo("rwx------");
        assertThat(skipped).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "top/../../outside", "../outside", "..", "top/..", "."})
    void namesThatLeadOut(String name) throws IOException {
        file(name, "bad", 0644);
        refused("archive with a name that is refused");
    }

    @Test
    void namesWithoutEnd() throws IOException {
        file("top/" + "x".repeat(5000), "bad", 0644);
        refused("archive with a name that is refused");
    }

    @Test
    void aFileInThePlaceOfTheDirectory() throws IOException {
        file("top", "bad", 0644);
        refused("a name below the directory");
    }

    @Test
    void linksThatLeadOutAreLeftOut() throws IOException {
        directory("top/deep/", 0755);
        link("top/absolute", outside.toString());
        link("top/up", "../outside");
        link("top/deep/up", "../../outside");
        link("top/empty", "");
        assertThat(unpack(Bounds.USUAL)).isEqualTo(1);
        assertThat(children(target)).containsExactly("deep");
        assertThat(children(target.resolve("deep"))).isEmpty();
        assertThat(skipped).hasSize(4).first().asString().contains("absolute: symbolic link that leads out");
    }

    @Test
    void aStepUpThroughALinkThatIsInsideButDeeper() throws IOException {
        // l1 -> . is fine by itself; behind it, a step up leads out although it looks as if it stayed inside.
        directory("top/d1/d2/", 0755);
        link("top/d1/d2/l1", "../..");
        link("top/d1/l2", "d2/l1/..");
        assertThat(unpack(Bounds.USUAL)).isEqualTo(2);
        assertThat(Files.isSymbolicLink(target.resolve("d1/d2/l1"))).isTrue();
        assertThat(Files.exists(target.resolve("d1/l2"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(skipped).hasSize(1);
    }

    @Test
    void theSameInTheOtherOrder() throws IOException {
        directory("top/d1/d2/", 0755);
        link("top/d1/l2", "d2/l1/..");
        link("top/d1/d2/l1", "../..");
        assertThat(unpack(Bounds.USUAL)).isEqualTo(2);
        assertThat(skipped).hasSize(1);
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheArchive() throws IOException {
        link("top/way", "..");
        file("top/way/outside", "inside", 0644);
        unpack(Bounds.USUAL);
        assertThat(skipped).hasSize(1);
        assertThat(target.resolve("way/outside")).hasContent("inside");
        assertThat(outside).hasContent("untouched");
    }

    @Test
    void aLinkDoesNotReplaceADirectory() throws IOException {
        directory("top/other/", 0755);
        link("top/way", "other");
        file("top/way/file", "x", 0644);
        refused("no directory in the place of a link");
    }

    @Test
    void norThroughOneThatWasThereBefore() throws IOException {
        Files.createDirectories(target);
        Files.createSymbolicLink(target.resolve("way"), outside.getParent());
        file("top/way/outside", "bad", 0644);
        refused("archive that cannot be unpacked here");
    }

    @Test
    void aFileReplacesALinkInsteadOfWritingThroughIt() throws IOException {
        Files.createDirectories(target);
        Files.createSymbolicLink(target.resolve("a"), outside);
        file("top/a", "new", 0644);
        assertThat(unpack(Bounds.USUAL)).isEqualTo(1);
        assertThat(Files.isSymbolicLink(target.resolve("a"))).isFalse();
        assertThat(target.resolve("a")).hasContent("new");
        assertThat(outside).hasContent("untouched");
    }

    @Test
    void hardLinksOnlyToFilesOfTheArchive() throws IOException {
        Files.createDirectories(target);
        Files.createSymbolicLink(target.resolve("old"), outside);
        hardLink("top/a", "top/old");
        hardLink("top/b", "top/later");
        file("top/later", "x", 0644);
        assertThat(unpack(Bounds.USUAL)).isEqualTo(1);
        assertThat(target.resolve("a")).doesNotExist();
        assertThat(target.resolve("b")).doesNotExist();
        assertThat(skipped).hasSize(2);
    }

    @Test
    void aHardLinkThatLeadsOut() throws IOException {
        hardLink("top/a", "../outside");
        refused("archive with a name that is refused");
    }

    @Test
    void devicesAndPipesAreLeftOut() throws IOException {
        entry("top/block", TarConstants.LF_BLK);
        entry("top/character", TarConstants.LF_CHR);
        entry("top/pipe", TarConstants.LF_FIFO);
        file("top/file", "x", 0644);
        assertThat(unpack(Bounds.USUAL)).isEqualTo(1);
        assertThat(children(target)).hasSize(1);
        assertThat(skipped).hasSize(3);
    }

    @Test
    void setUserIdAndStickyBitsAreDropped() throws IOException {
        file("top/suid", "x", 07755);
        unpack(Bounds.USUAL);
        Object mode = Files.getAttribute(target.resolve("suid"), "unix:mode");
        assertThat((Integer) mode & 07777).isEqualTo(0755);
    }

    @Test
    void tooManyEntries() throws IOException {
        for (int index = 0; index < 5; index++) {
            file("top/" + index, "x", 0644);
        }
        assertThatThrownBy(() -> unpack(new Bounds(4, 1000, 1000)))
                .isInstanceOfSatisfying(
                        HostException.class, error -> assertThat(error.code()).isEqualTo(HostErrorCode.OUTPUT_LIMIT))
                .hasMessageContaining("too many entries: more than 4");
    }

    @Test
    void tooManyBytes() throws IOException {
        file("top/a", "x".repeat(600), 0644);
        file("top/b", "x".repeat(600), 0644);
        assertThatThrownBy(() -> unpack(new Bounds(10, 1000, 1000))).hasMessageContaining("too many bytes");
        assertThat(target.resolve("b")).doesNotExist();
        assertThat(children(target)).hasSize(1);
    }

    @Test
    void aHeaderThatWouldFillTheMemory() throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("top/a", TarConstants.LF_GNUTYPE_LONGNAME);
        entry.setSize(8 << 20);
        tar.putArchiveEntry(entry);
        tar.write(new byte[8 << 20]);
        tar.closeArchiveEntry();
        file("top/a", "x", 0644);
        assertThatThrownBy(() -> unpack(Bounds.USUAL)).hasMessageContaining("header that is too large");
    }

    @Test
    void linksToNamesWithoutEnd() throws IOException {
        link("top/a", "x".repeat(5000));
        refused("archive with a name that is refused");
    }

    @Test
    void hardLinksToNamesWithoutEnd() throws IOException {
        hardLink("top/a", "top/" + "x".repeat(5000));
        refused("archive with a name that is refused");
    }

    @Test
    void namesThatWouldFillTheMemoryTogether() throws IOException {
        for (int index = 0; index < 5; index++) {
            link("top/" + index, "x".repeat(100));
        }
        assertThatThrownBy(() -> unpack(new Bounds(10, 1000, 500)))
                .isInstanceOfSatisfying(
                        HostException.class, error -> assertThat(error.code()).isEqualTo(HostErrorCode.OUTPUT_LIMIT))
                .hasMessageContaining("too many characters in names: more than 500");
    }

    @Test
    void aHeaderForAllThatFollows() throws IOException {
        TarArchiveEntry global = new TarArchiveEntry("global", TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER);
        global.addPaxHeader("comment", "hello");
        // Its content comes with it.
        tar.putArchiveEntry(global);
        file("top/a", "x", 0644);
        assertThatThrownBy(() -> unpack(Bounds.USUAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("global header");
        assertThat(target.resolve("a")).doesNotExist();
    }

    @Test
    void aDirectoryIsNotReplacedByAFile() throws IOException {
        Files.createDirectories(target.resolve("a"));
        file("top/a", "x", 0644);
        refused("no directory in the place of a file");
    }

    @Test
    void halfAnArchive() throws IOException {
        file("top/a", "x".repeat(5000), 0644);
        tar.close();
        byte[] half = java.util.Arrays.copyOf(archive.toByteArray(), 2000);
        assertThatThrownBy(() ->
                        new TarUnpacker(target, Bounds.USUAL, skipped::add).unpack(new ByteArrayInputStream(half)))
                .isInstanceOf(IOException.class);
        assertThat(target.resolve("a")).doesNotExist();
    }

    @Test
    void noise() {
        byte[] noise = "this is no archive".repeat(100).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() ->
                        new TarUnpacker(target, Bounds.USUAL, skipped::add).unpack(new ByteArrayInputStream(noise)))
                .isInstanceOf(IOException.class);
    }

    private long unpack(Bounds bounds) throws IOException {
        tar.close();
        return new TarUnpacker(target, bounds, skipped::add).unpack(new ByteArrayInputStream(archive.toByteArray()));
    }

    private void refused(String message) {
        assertThatThrownBy(() -> unpack(Bounds.USUAL))
                .isInstanceOfSatisfying(
                        HostException.class, error -> assertThat(error.code()).isEqualTo(HostErrorCode.BAD_PATH))
                .hasMessageContaining(message);
        assertThat(outside).hasContent("untouched");
    }

    private static List<String> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(child -> child.getFileName().toString()).toList();
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve(path)));
    }

    private void file(String name, String content, int mode) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setSize(bytes.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private void directory(String name, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
        entry.setMode(mode);
        add(entry);
    }

    private void link(String name, String to) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(to);
        add(entry);
    }

    private void hardLink(String name, String to) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
        entry.setLinkName(to);
        add(entry);
    }

    private void entry(String name, byte kind) throws IOException {
        add(new TarArchiveEntry(name, kind));
    }

    private void add(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
