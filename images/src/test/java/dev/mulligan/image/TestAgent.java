package dev.mulligan.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar in the place of the guest agent's: these tests do not need it to run. */
final class TestAgent {

    static final String UNIT = "/usr/lib/systemd/system/mulligan-guest.service";

    private TestAgent() {}

    static Path write(Path file) throws IOException {
        byte[] unit =
                "[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n".getBytes(StandardCharsets.UTF_8);
        try (OutputStream output = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
            TarArchiveEntry entry = new TarArchiveEntry(UNIT.substring(1));
            entry.setSize(unit.length);
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            tar.write(unit);
            tar.closeArchiveEntry();
        }
        return file;
    }
}
