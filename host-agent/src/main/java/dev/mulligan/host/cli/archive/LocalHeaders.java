package dev.mulligan.host.cli.archive;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * A tar reader that takes only headers of one entry. What a global one says holds for all entries that follow, so the
 * reader would keep it, and each may say something new. The guest agent writes none.
 */
final class LocalHeaders extends TarArchiveInputStream {
    /** The position of {@code typeflag} in a header: POSIX, pax, ustar interchange format. */
    private static final int TYPE = 156;

    LocalHeaders(InputStream input) {
        super(input, "UTF-8");
    }

    @Override
    protected byte @Nullable [] readRecord() throws IOException {
        byte[] header = super.readRecord();
        if (header != null && header[TYPE] == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER) {
            throw new IOException("archive with a global header, which is not taken from a guest");
        }
        return header;
    }
}
