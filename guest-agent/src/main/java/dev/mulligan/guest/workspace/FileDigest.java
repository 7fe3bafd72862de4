package dev.mulligan.guest.workspace;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.files.SafeOpen;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Open;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of files, one after another. */
final class FileDigest {
    private static final int CHUNK = 128 * 1024;

    private final MessageDigest sha256;

    FileDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** What was read, which may not be what was there before or is there afterwards. */
    record Result(long size, ByteString sha256) {}

    Result of(Directory directory, byte[] name, ByteString path) throws IOException {
        try (Descriptor file = SafeOpen.forReading(directory, name, Open.NOFOLLOW, path.toStringUtf8());
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK, 16);
            long size = 0;
            for (int count = file.read(buffer); count > 0; count = file.read(buffer)) {
                sha256.update(buffer.asSlice(0, count).asByteBuffer());
                size += count;
            }
            return new Result(size, ByteString.copyFrom(sha256.digest()));
        } finally {
            sha256.reset();
        }
    }
}
