package dev.mulligan.guest.tar;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes an archive, entry by entry. After a file's header come exactly as many bytes as it said; then {@link
 * #endFile}.
 *
 * <p>Not safe for use by several threads.
 */
public final class TarWriter {
    private final OutputStream target;
    private long left;
    private int padding;

    public TarWriter(OutputStream target) {
        this.target = target;
    }

    /** Writes the header, with an extended one in front if a field is too small. */
    public void begin(TarEntry entry) throws IOException {
        ByteString name = entry.type() == TarEntry.Type.DIRECTORY
                ? entry.name().concat(ByteString.copyFromUtf8("/"))
                : entry.name();
        ByteArrayOutputStream extended = new ByteArrayOutputStream();
        if (tooLong(name)) {
            PaxRecords.write(extended, "path", name);
        }
        if (tooLong(entry.linkTarget())) {
            PaxRecords.write(extended, "linkpath", entry.linkTarget());
        }
        if (entry.size() > TarHeader.LARGEST_NUMBER) {
            PaxRecords.write(extended, "size", ByteString.copyFromUtf8(Long.toString(entry.size())));
        }
        if (extended.size() > 0) {
            header('x', ByteString.copyFromUtf8("PaxHeaders/entry"), 0644, extended.size(), 0, ByteString.EMPTY);
            write(extended.toByteArray(), extended.size());
            endFile();
        }
        char type = switch (entry.type()) {
            case FILE -> '0';
            case DIRECTORY -> '5';
            case SYMBOLIC_LINK -> '2';
            case OTHER -> throw new IllegalArgumentException("tar entry: OTHER (expected: one that we know)");
        };
        header(
                type,
                name,
                entry.mode(),
                entry.size(),
                Math.max(0, entry.modified().getEpochSecond()),
                entry.linkTarget());
    }

    /** Content of the file begun last. */
    public void write(byte[] content, int length) throws IOException {
        if (length > left) {
            throw new IllegalStateException("tar entry: " + length + " bytes (expected: at most " + left + ")");
        }
        target.write(content, 0, length);
        left -= length;
    }

    /** Fills up with zeros: what the file lacks of its announced size, and its last block. */
    public void endFile() throws IOException {
        byte[] zeros = new byte[TarHeader.BLOCK];
        for (long rest = left + padding; rest > 0; rest -= zeros.length) {
            target.write(zeros, 0, (int) Math.min(rest, zeros.length));
        }
        left = 0;
        padding = 0;
    }

    /** Ends the archive; the target stays open. */
    public void end() throws IOException {
        target.write(new byte[2 * TarHeader.BLOCK]);
        target.flush();
    }

    private static boolean tooLong(ByteString name) {
        return name.size() > TarHeader.NAME_LENGTH;
    }

    private void header(char type, ByteString name, int mode, long size, long modified, ByteString link)
            throws IOException {
        byte[] header = new byte[TarHeader.BLOCK];
        copy(name, header, TarHeader.NAME);
        copy(link, header, TarHeader.LINK);
        TarHeader.writeOctal(header, TarHeader.MODE, 8, mode);
        TarHeader.writeOctal(header, TarHeader.UID, 8, 0);
        TarHeader.writeOctal(header, TarHeader.GID, 8, 0);
        TarHeader.writeOctal(header, TarHeader.SIZE, TarHeader.NUMBER_LENGTH, Math.min(size, TarHeader.LARGEST_NUMBER));
        TarHeader.writeOctal(
                header, TarHeader.MODIFIED, TarHeader.NUMBER_LENGTH, Math.min(modified, TarHeader.LARGEST_NUMBER));
        header[TarHeader.TYPE] = (byte) type;
        copy(ByteString.copyFrom("ustar\00000", StandardCharsets.ISO_8859_1), header, TarHeader.MAGIC);
        TarHeader.writeOctal(header, TarHeader.CHECKSUM, 8, TarHeader.checksum(header));
        target.write(header);
        left = size;
        padding = (int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK);
    }

    private static void copy(ByteString name, byte[] header, int offset) {
        int length = Math.min(name.size(), TarHeader.NAME_LENGTH);
        name.substring(0, length).copyTo(header, offset);
    }
}
