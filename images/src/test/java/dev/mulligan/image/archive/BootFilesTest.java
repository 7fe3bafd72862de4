package dev.mulligan.image.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BootFilesTest {

    @TempDir
    Path directory;

    private Path tar;

    @BeforeEach
    void writeArchive() throws IOException {
        tar = directory.resolve("root.tar");
        try (OutputStream output = Files.newOutputStream(tar);
                TarArchiveOutputStream archive = new TarArchiveOutputStream(output)) {
            file(archive, "./boot/vmlinuz-6.9.1-cloud-amd64", "old kernel");
            file(archive, "./boot/vmlinuz-6.12.0-cloud-amd64", "new kernel");
            file(archive, "./usr/bin/busybox", "busybox");
            file(archive, "./usr/lib/modules/6.12.0-cloud-amd64/modules.builtin", "fs/ext4.ko\nvirtio_pci.ko\n");
            file(
                    archive,
                    "./usr/lib/modules/6.12.0-cloud-amd64/modules.dep",
                    "block/virtio_blk.ko.xz:\nvirtio_console.ko:\n");
            file(archive, "./usr/lib/modules/6.12.0-cloud-amd64/block/virtio_blk.ko.xz", "disk");
            file(archive, "./usr/lib/modules/6.12.0-cloud-amd64/virtio_console.ko", "port");
            TarArchiveEntry link = new TarArchiveEntry("./etc/os-release", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            archive.putArchiveEntry(link);
            archive.closeArchiveEntry();
        }
    }

    @Test
    void takesTheNewestKernel() throws IOException {
        try (RootArchive root = RootArchive.open(tar)) {
            BootFiles boot = BootFiles.find(root).orElseThrow();
            boot.writeKernel(directory.resolve("kernel"));

            assertThat(boot.release()).isEqualTo("6.12.0-cloud-amd64");
            assertThat(directory.resolve("kernel")).hasContent("new kernel");
        }
    }

    @Test
    void theMemoryDiskHasWhatReachesTheDisk() throws IOException {
        Path initrd = directory.resolve("initrd");
        Path again = directory.resolve("again");
        try (RootArchive root = RootArchive.open(tar)) {
            BootFiles boot = BootFiles.find(root).orElseThrow();
            boot.writeInitrd(initrd, "#!/bin/busybox sh\n".getBytes(UTF_8));
            boot.writeInitrd(again, "#!/bin/busybox sh\n".getBytes(UTF_8));
        }

        List<String> names = new ArrayList<>();
        try (InputStream input = Files.newInputStream(initrd);
                CpioArchiveInputStream cpio = new CpioArchiveInputStream(input)) {
            for (CpioArchiveEntry entry = cpio.getNextEntry(); entry != null; entry = cpio.getNextEntry()) {
                names.add(entry.getName());
                if (entry.getName().equals("modules")) {
                    assertThat(new String(cpio.readAllBytes(), UTF_8))
                            .isEqualTo("virtio_blk.ko.xz\nvirtio_console.ko\n");
                }
                if (entry.getName().equals("init")) {
                    assertThat(entry.getMode() & 0777).isEqualTo(0755);
                }
            }
        }
        assertThat(names)
                .contains("dev", "bin/busybox", "init", "lib/virtio_blk.ko.xz", "lib/virtio_console.ko", "modules");
        assertThat(again).hasSameBinaryContentAs(initrd);
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        try (RootArchive root = RootArchive.open(tar)) {
            assertThat(root.read("etc/os-release")).isEmpty();
            assertThat(root.names()).doesNotContain("etc/os-release").contains("usr/bin/busybox");
        }
    }

    @Test
    void aRootWithoutModulesSaysSo() throws IOException {
        Path bare = directory.resolve("bare.tar");
        try (TarArchiveOutputStream archive = new TarArchiveOutputStream(Files.newOutputStream(bare))) {
            file(archive, "boot/vmlinuz-1", "kernel");
            file(archive, "bin/busybox", "busybox");
        }
        try (RootArchive root = RootArchive.open(bare)) {
            BootFiles boot = BootFiles.find(root).orElseThrow();
            assertThatIOException()
                    .isThrownBy(() -> boot.writeInitrd(directory.resolve("initrd"), new byte[0]))
                    .withMessageContaining("modules of kernel 1: no modules.dep");
        }
    }

    private static void file(TarArchiveOutputStream archive, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        archive.putArchiveEntry(entry);
        archive.write(bytes);
        archive.closeArchiveEntry();
    }
}
