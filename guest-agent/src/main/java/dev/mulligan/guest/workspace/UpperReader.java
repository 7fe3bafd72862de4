package dev.mulligan.guest.workspace;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.files.BytePath;
import dev.mulligan.guest.files.SafeOpen;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.ContentPiece;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Streams the contents of files of an upper layer: the call ReadChanges. Small files share a message, since each message
 * costs as much as opening a file. Used once.
 */
final class UpperReader {
    private static final int MOST_PATHS = 1_000;
    private static final int MOST_PATH_BYTES = 1 << 20;
    private static final int MOST_PIECES = 256;
    private static final int MOST_DATA = 64 * 1024;
    private static final ByteString SLASH = ByteString.copyFromUtf8("/");

    private final BlockingSender<ReadChangesResponse> sender;
    private ReadChangesResponse.Builder message = ReadChangesResponse.newBuilder();
    private int data;

    UpperReader(BlockingSender<ReadChangesResponse> sender) {
        this.sender = sender;
    }

    void read(Directory upper, List<ByteString> paths) throws IOException, InterruptedException {
        requireBounded(paths);
        List<BytePath> files = paths.stream().map(UpperReader::file).toList();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MOST_DATA, 16);
            for (int number = 0; number < files.size(); number++) {
                read(upper, files.get(number), number, buffer);
            }
        }
        flush();
    }

    private static void requireBounded(List<ByteString> paths) {
        long bytes = paths.stream().mapToLong(ByteString::size).sum();
        if (paths.isEmpty() || paths.size() > MOST_PATHS || bytes > MOST_PATH_BYTES) {
            throw GuestException.invalid(
                    "paths",
                    paths.size() + " with " + bytes + " bytes",
                    "1 to " + MOST_PATHS + ", with at most " + MOST_PATH_BYTES + " bytes");
        }
    }

    private static BytePath file(ByteString relative) {
        BytePath path = BytePath.of(SLASH.concat(relative));
        if (path.isRoot()) {
            throw GuestException.invalid("path", "", "a path below the folder");
        }
        return path;
    }

    private void read(Directory upper, BytePath path, int number, MemorySegment buffer)
            throws IOException, InterruptedException {
        byte[] relative = path.toByteString().substring(1).toByteArray();
        try (Descriptor place = upper.openBeneath(relative, Open.PATH);
                Descriptor file = SafeOpen.forReading(place, path)) {
            int count = file.read(buffer.asSlice(0, MOST_DATA - data));
            // Also of nothing: that is how an empty file is told.
            add(number, buffer, count);
            while (count > 0) {
                count = file.read(buffer.asSlice(0, MOST_DATA - data));
                if (count > 0) {
                    add(number, buffer, count);
                }
            }
        }
    }

    /** Before it and afterwards there is room for at least one more piece with one more byte. */
    private void add(int number, MemorySegment buffer, int count) throws IOException, InterruptedException {
        message.addPieces(ContentPiece.newBuilder()
                .setFile(number)
                .setData(ByteString.copyFrom(buffer.asSlice(0, count).asByteBuffer())));
        data += count;
        if (data == MOST_DATA || message.getPiecesCount() == MOST_PIECES) {
            flush();
        }
    }

    private void flush() throws IOException, InterruptedException {
        if (message.getPiecesCount() > 0) {
            sender.send(message.build());
            message = ReadChangesResponse.newBuilder();
            data = 0;
        }
    }
}
