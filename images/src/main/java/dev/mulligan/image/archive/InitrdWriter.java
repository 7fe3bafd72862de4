package dev.mulligan.image.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes a memory disk: a cpio archive in the "newc" format (Linux, Documentation/driver-api/early-userspace). Not
 * compressed: a guest without KVM would take longer to unpack it than to read it. The same content gives the same bytes.
 */
final class InitrdWriter implements AutoCloseable {

    private final CpioArchiveOutputStream archive;
    private int entries;

    InitrdWriter(Path file) throws IOException {
        this.archive = new CpioArchiveOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file)), CpioConstants.FORMAT_NEW);
    }

    void folders(String... names) throws IOException {
        for (String name : names) {
            put(name, CpioConstants.C_ISDIR | 0755, new byte[0]);
        }
    }

    void program(String name, byte[] content) throws IOException {
        put(name, CpioConstants.C_ISREG | 0755, content);
    }

    void file(String name, byte[] content) throws IOException {
        put(name, CpioConstants.C_ISREG | 0644, content);
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }

    private void put(String name, int mode, byte[] content) throws IOException {
        CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name, content.length);
        entry.setMode(mode);
        entry.setInode(++entries);
        entry.setTime(0);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
    }
}
