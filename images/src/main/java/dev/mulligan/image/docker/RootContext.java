package dev.mulligan.image.docker;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The context of a Docker build that makes an image of one layer from a root file system: what {@code docker import}
 * does, which Docker Java (3.7.1) cannot do, because it sends the tar's stream as JSON. The tar is streamed, not copied.
 */
final class RootContext {

    private static final String DOCKERFILE = "FROM scratch\nADD root.tar /\n";
    private static final int RECORD = 512;

    private RootContext() {}

    static InputStream open(Path rootTar) throws IOException {
        long size = Files.size(rootTar);
        byte[] padding = new byte[(int) ((RECORD - size % RECORD) % RECORD) + 2 * RECORD];
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(head(size)),
                new BufferedInputStream(Files.newInputStream(rootTar), 1 << 18),
                new ByteArrayInputStream(padding))));
    }

    /** The Dockerfile, and the header of the tar within the tar. */
    private static byte[] head(long rootSize) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Never closed: closing would end the archive, and its last entry is still to come.
        @SuppressWarnings("resource")
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, RECORD);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        byte[] dockerfile = DOCKERFILE.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry first = new TarArchiveEntry("Dockerfile");
        first.setSize(dockerfile.length);
        tar.putArchiveEntry(first);
        tar.write(dockerfile);
        tar.closeArchiveEntry();
        TarArchiveEntry root = new TarArchiveEntry("root.tar");
        root.setSize(rootSize);
        tar.putArchiveEntry(root);
        tar.flush();
        return bytes.toByteArray();
    }
}
