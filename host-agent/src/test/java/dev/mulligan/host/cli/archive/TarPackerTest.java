package dev.mulligan.host.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarPackerTest {
    @Test
    void filesDirectoriesAndLinksWithRelativeNames(@TempDir Path directory) throws IOException, InterruptedException {
        String longName = "n".repeat(200);
        Files.createDirectories(directory.resolve("sub/empty"));
        Files.writeString(directory.resolve("sub/ä"), "content");
        Files.writeString(directory.resolve(longName), "");
        Files.setPosixFilePermissions(directory.resolve("sub/ä"), Permissions.of(0640));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        List<String> skipped = new ArrayList<>();
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new TarPacker(directory, skipped::add).pack(archive);

        TreeMap<String, TarArchiveEntry> entries = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(archive.toByteArray()), "UTF-8")) {
            tar.forEach(entry -> entries.put(entry.getName(), entry));
        }
        assertThat(entries.keySet()).containsExactlyInAnyOrder("link", longName, "sub/", "sub/empty/", "sub/ä");
        assertThat(entries.get("link")).isNotNull().satisfies(link -> {
            assertThat(link.isSymbolicLink()).isTrue();
            assertThat(link.getLinkName()).isEqualTo("/etc/passwd");
        });
        assertThat(entries.get("sub/ä")).isNotNull().satisfies(file -> {
            assertThat(file.getSize()).isEqualTo(7);
            assertThat(file.getMode() & 07777).isEqualTo(0640);
        });
        assertThat(skipped).singleElement().asString().startsWith("pipe:");
    }
}
