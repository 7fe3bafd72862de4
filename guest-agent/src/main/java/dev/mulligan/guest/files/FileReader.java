package dev.mulligan.guest.files;

import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.SystemCall;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.ReadResponse;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Streams the content of one file: the call Read. */
final class FileReader {
    private FileReader() {}

    static void read(ReadRequest request, BlockingSender<ReadResponse> sender)
            throws IOException, InterruptedException {
        BytePath path = BytePath.of(request.getPath());
        if (request.getOffset() < 0 || request.getLength() < 0) {
            throw GuestException.invalid(
                    "offset, length", request.getOffset() + ", " + request.getLength(), "both >= 0");
        }
        try (Directory root = Directory.root();
                Descriptor file = SafeOpen.forReading(root, path.toBytes(), 0, path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Pieces.LARGEST, 16);
            byte[] content = new byte[Pieces.LARGEST];
            long offset = request.getOffset();
            long left = request.getLength() == 0 ? Long.MAX_VALUE : request.getLength();
            while (left > 0) {
                int count = (int) Kernel.call(
                        SystemCall.PREAD64, file.number(), buffer.address(), Math.min(left, Pieces.LARGEST), offset);
                if (count == 0) {
                    return;
                }
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, content, 0, count);
                // Serialised before send returns, so the array can be used again.
                sender.send(ReadResponse.newBuilder()
                        .setData(UnsafeByteOperations.unsafeWrap(content, 0, count))
                        .build());
                offset += count;
                left -= count;
            }
        }
    }
}
