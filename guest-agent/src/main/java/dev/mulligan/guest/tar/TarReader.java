package dev.mulligan.guest.tar;

import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive from front to back, in bounded memory whatever it claims.
 *
 * <p>Not safe for use by several threads.
 */
public final class TarReader {
    private static final int LARGEST_EXTENSION = 64 * 1024;

    private final InputStream source;
    private final byte[] header = new byte[TarHeader.BLOCK];

    /** Of the current entry: content not read yet, and the zeros that fill its last block. */
    private long left;

    private int padding;

    public TarReader(InputStream source) {
        this.source = source;
    }

    /** The next entry, after whatever is left of the one before; null at the end. */
    public @Nullable TarEntry next() throws IOException {
        Map<String, ByteString> extended = new HashMap<>();
        while (true) {
            skipContent();
            if (!readHeader()) {
                return null;
            }
            long size = TarHeader.readNumber(header, TarHeader.SIZE, TarHeader.NUMBER_LENGTH);
            char type = (char) header[TarHeader.TYPE];
            switch (type) {
                case 'x' -> extended.putAll(PaxRecords.read(extension(size)));
                // Global ones carry comments; those that would rename every entry make no sense.
                case 'g' -> extension(size);
                case 'L' -> extended.put("path", terminated(extension(size)));
                case 'K' -> extended.put("linkpath", terminated(extension(size)));
                default -> {
                    return entry(type, size, extended);
                }
            }
        }
    }

    /** Reads content of the current entry; -1 at its end. */
    public int read(byte[] target) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = source.read(target, 0, (int) Math.min(target.length, left));
        if (count < 0) {
            throw new TarException("ends within a file, " + left + " bytes early (expected: all of it)", null);
        }
        left -= count;
        return count;
    }

    private TarEntry entry(char type, long headerSize, Map<String, ByteString> extended) throws TarException {
        ByteString size = extended.get("size");
        begin(size == null ? headerSize : number(size));
        TarEntry.Type kind = kind(type);
        ByteString name = extended.getOrDefault("path", headerName());
        while (name.size() > 1 && name.byteAt(name.size() - 1) == '/') {
            name = name.substring(0, name.size() - 1);
            kind = kind == TarEntry.Type.FILE ? TarEntry.Type.DIRECTORY : kind;
        }
        return new TarEntry(
                name,
                kind,
                (int) TarHeader.readNumber(header, TarHeader.MODE, 8) & 07777,
                left,
                Instant.ofEpochSecond(TarHeader.readNumber(header, TarHeader.MODIFIED, TarHeader.NUMBER_LENGTH)),
                extended.getOrDefault("linkpath", TarHeader.readName(header, TarHeader.LINK, TarHeader.NAME_LENGTH)));
    }

    private static TarEntry.Type kind(char type) {
        return switch (type) {
            case '0', '\0', '7' -> TarEntry.Type.FILE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            default -> TarEntry.Type.OTHER;
        };
    }

    private ByteString headerName() {
        ByteString name = TarHeader.readName(header, TarHeader.NAME, TarHeader.NAME_LENGTH);
        boolean posix = header[TarHeader.MAGIC + 5] == 0;
        ByteString prefix = TarHeader.readName(header, TarHeader.PREFIX, TarHeader.PREFIX_LENGTH);
        return posix && !prefix.isEmpty()
                ? prefix.concat(ByteString.copyFromUtf8("/")).concat(name)
                : name;
    }

    /** False at the end: a block of zeros, or nothing more. */
    private boolean readHeader() throws IOException {
        int count = source.readNBytes(header, 0, TarHeader.BLOCK);
        if (count == 0) {
            return false;
        }
        if (count < TarHeader.BLOCK) {
            throw new TarException("ends within a header (expected: " + TarHeader.BLOCK + " bytes)", null);
        }
        int checksum = TarHeader.checksum(header);
        if (checksum == 8 * ' ') {
            return false;
        }
        if (checksum != TarHeader.readNumber(header, TarHeader.CHECKSUM, 8)) {
            throw new TarException("a header with a wrong checksum (expected: " + checksum + ")", null);
        }
        return true;
    }

    private byte[] extension(long size) throws IOException {
        if (size > LARGEST_EXTENSION) {
            throw new TarException("extended header of " + size + " bytes (expected: <= 65536)", null);
        }
        begin(size);
        byte[] body = source.readNBytes((int) size);
        if (body.length < size) {
            throw new TarException("ends within an extended header", null);
        }
        left = 0;
        return body;
    }

    private static ByteString terminated(byte[] body) {
        return TarHeader.readName(body, 0, body.length);
    }

    private static long number(ByteString digits) throws TarException {
        String text = digits.toString(StandardCharsets.ISO_8859_1);
        if (!text.matches("[0-9]{1,18}")) {
            throw new TarException("size: " + text + " (expected: decimal digits)", null);
        }
        return Long.parseLong(text);
    }

    private void begin(long size) throws TarException {
        if (size < 0) {
            throw new TarException("size: " + size + " (expected: >= 0)", null);
        }
        left = size;
        padding = (int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK);
    }

    private void skipContent() throws IOException {
        try {
            source.skipNBytes(left + padding);
        } catch (EOFException e) {
            throw new TarException("ends within an entry (expected: " + left + " more bytes)", e);
        }
        left = 0;
        padding = 0;
    }
}
