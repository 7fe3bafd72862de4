package dev.mulligan.guest.process;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.RunResponse;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Carries one output stream of a program to the host, and reads no more of it than the host takes: a program that
 * prints without end blocks on its full pipe.
 */
final class OutputPump implements Runnable {
    private static final int CHUNK = 64 * 1024;

    private final Descriptor source;
    private final Output.Stream stream;
    private final BlockingSender<RunResponse> target;

    OutputPump(Descriptor source, Output.Stream stream, BlockingSender<RunResponse> target) {
        this.source = source;
        this.stream = stream;
        this.target = target;
    }

    /** Returns at the end of the stream, or when nobody wants it any more. */
    @Override
    public void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK, 16);
            int count = read(buffer);
            while (count > 0) {
                ByteString data = ByteString.copyFrom(buffer.asSlice(0, count).asByteBuffer());
                target.send(RunResponse.newBuilder()
                        .setOutput(Output.newBuilder().setStream(stream).setData(data))
                        .build());
                count = read(buffer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The call is over; whoever ended it kills the program.
        }
    }

    private int read(MemorySegment buffer) throws KernelException {
        try {
            return source.read(buffer);
        } catch (KernelException e) {
            if (e.errno() == Errno.EIO) {
                // How a terminal says that its last program has gone.
                return 0;
            }
            throw e;
        }
    }
}
