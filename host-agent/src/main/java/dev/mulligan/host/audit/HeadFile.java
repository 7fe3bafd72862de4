package dev.mulligan.host.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of the record, kept apart from it: a record from whose end something was cut no longer reaches its head.
 *
 * <p>Written after the entry is durable, so it may lag behind (after a crash by one entry, after a power cut by some)
 * but never runs ahead. It has a fixed length and is overwritten in place, which needs no space and tears nothing.
 */
final class HeadFile implements AutoCloseable {
    private static final Pattern FORM = Pattern.compile("(\\d{20}) ([0-9a-f]{64})\n");
    private static final int LENGTH = 86;

    /** No channel: that one is closed for good when a thread is interrupted in it, and with it the whole record. */
    private final RandomAccessFile file;

    private HeadFile(RandomAccessFile file) {
        this.file = file;
    }

    static HeadFile open(Path path) throws IOException {
        if (!Files.exists(path)) {
            var _ = Files.createFile(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return new HeadFile(new RandomAccessFile(path.toFile(), "rw"));
    }

    /** Empty if there is none, or none that can be read. */
    static Optional<Head> read(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) != LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        return matcher.matches()
                ? Optional.of(new Head(Long.parseLong(matcher.group(1)), new EntryHash(matcher.group(2))))
                : Optional.empty();
    }

    void write(Head head) throws IOException {
        boolean first = file.length() == 0;
        String text = String.format(Locale.ROOT, "%020d %s\n", head.sequence(), head.hash());
        file.seek(0);
        file.write(text.getBytes(StandardCharsets.ISO_8859_1));
        if (first) {
            // Or a power cut could take the file itself, which would look like a cut in the record.
            file.getFD().sync();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    record Head(long sequence, EntryHash hash) {}
}
