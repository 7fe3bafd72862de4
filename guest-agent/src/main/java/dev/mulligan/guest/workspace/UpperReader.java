package dev.mulligan.guest.workspace;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.files.BytePath;
import dev.mulligan.guest.files.SafeOpen;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.ReadChangeRequest;
import dev.mulligan.proto.guest.v1.ReadChangeResponse;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Streams the content of a file of an upper layer: the call ReadChange. */
final class UpperReader {
    private static final int CHUNK = 64 * 1024;
    private static final ByteString SLASH = ByteString.copyFromUtf8("/");

    private UpperReader() {}

    static void read(Directory upper, ReadChangeRequest request, BlockingSender<ReadChangeResponse> sender)
            throws IOException, InterruptedException {
        BytePath path = BytePath.of(SLASH.concat(request.getPath()));
        long offset = request.getOffset();
        if (path.isRoot() || offset < 0) {
            throw GuestException.invalid("path, offset", path + ", " + offset, "a path below the folder, and >= 0");
        }
        byte[] relative = path.toByteString().substring(1).toByteArray();
        try (Descriptor place = upper.openBeneath(relative, Open.PATH);
                Descriptor file = SafeOpen.forReading(place, path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK, 16);
            for (int count = file.readAt(buffer, offset); count > 0; count = file.readAt(buffer, offset)) {
                sender.send(ReadChangeResponse.newBuilder()
                        .setData(ByteString.copyFrom(buffer.asSlice(0, count).asByteBuffer()))
                        .build());
                offset += count;
            }
        }
    }
}
