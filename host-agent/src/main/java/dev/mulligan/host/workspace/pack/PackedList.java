package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * What an image has, each folder before what is in it, and the folder itself last, with an empty path; kept in a file
 * beside the image.
 *
 * @param begun when the reading began, in nanoseconds since the epoch
 */
record PackedList(List<PackedEntry> entries, long begun) {
    private static final long MAGIC = 0x6d756c6c6c697374L;
    private static final int MOST_BYTES = 4096;
    private static final int BUFFER = 1 << 16;
    /** Two changes that are nearer to each other than a file system's clock may show the same time. */
    private static final long CLOCK = 2_000_000_000L;

    PackedList {
        entries = List.copyOf(entries);
    }

    /** The image's name: the same for two folders that look the same from inside. */
    String digest() {
        Fingerprint fingerprint = new Fingerprint();
        entries.forEach(entry -> entry.addTo(fingerprint));
        return fingerprint.end();
    }

    /** Whether what was read is still there if its status is. */
    boolean isCertain(PackedEntry entry) {
        return entry.status().changed() < begun - CLOCK;
    }

    boolean isCertain() {
        return entries.stream().allMatch(this::isCertain);
    }

    /** The files whose content need not be read again where their status is the same, by path. */
    Map<ByteString, PackedEntry> certainFiles() {
        Map<ByteString, PackedEntry> files = HashMap.newHashMap(entries.size());
        for (PackedEntry entry : entries) {
            if (entry.status().isRegular() && isCertain(entry)) {
                files.put(entry.path(), entry);
            }
        }
        return files;
    }

    void write(Path file) throws IOException {
        CRC32C checksum = new CRC32C();
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
            DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, checksum));
            out.writeLong(MAGIC);
            out.writeLong(begun);
            out.writeInt(entries.size());
            for (PackedEntry entry : entries) {
                write(out, entry);
            }
            new DataOutputStream(raw).writeLong(checksum.getValue());
        }
    }

    private static void write(DataOutputStream out, PackedEntry entry) throws IOException {
        Status status = entry.status();
        write(out, entry.path());
        write(out, entry.sha256());
        write(out, entry.target());
        out.writeLong(entry.size());
        out.writeLong(entry.offset());
        out.writeInt(status.mode());
        out.writeLong(status.size());
        out.writeLong(status.inode());
        out.writeLong(status.device());
        out.writeLong(status.modifiedSeconds());
        out.writeInt(status.modifiedNanos());
        out.writeLong(status.changed());
    }

    private static void write(DataOutputStream out, ByteString bytes) throws IOException {
        out.writeShort(bytes.size());
        bytes.writeTo(out);
    }

    /** Reads what {@link #write} wrote; empty if it is not there, damaged, or not of the image of that name. */
    static Optional<PackedList> read(Path file, String digest) {
        CRC32C checksum = new CRC32C();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            PackedList list = read(new DataInputStream(new CheckedInputStream(raw, checksum)));
            long expected = checksum.getValue();
            boolean whole = new DataInputStream(raw).readLong() == expected;
            return whole && list.digest().equals(digest) ? Optional.of(list) : Optional.empty();
        } catch (IOException unusable) {
            return Optional.empty();
        }
    }

    private static PackedList read(DataInputStream in) throws IOException {
        if (in.readLong() != MAGIC) {
            throw new IOException("a list of another format");
        }
        long begun = in.readLong();
        int count = in.readInt();
        List<PackedEntry> entries = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            entries.add(entry(in));
        }
        return new PackedList(entries, begun);
    }

    private static PackedEntry entry(DataInputStream in) throws IOException {
        ByteString path = bytes(in);
        ByteString sha256 = bytes(in);
        ByteString target = bytes(in);
        long size = in.readLong();
        long offset = in.readLong();
        Status status = new Status(
                in.readInt(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readInt(), in.readLong());
        return new PackedEntry(path, status, sha256, target, size, offset);
    }

    private static ByteString bytes(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length > MOST_BYTES) {
            throw new IOException("length: " + length + " (expected: at most " + MOST_BYTES + ")");
        }
        return ByteString.copyFrom(in.readNBytes(length));
    }
}
