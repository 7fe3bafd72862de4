package dev.mulligan.guest.process;

import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Poll;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.RunResponse;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries what a program prints to the host, and reads no more of it than the host takes: a program that prints without
 * end blocks on its full pipe. One thread for both streams and the program's end: handing over between threads costs
 * more than what most programs print.
 */
final class OutputCarrier implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final Output.Stream[] STREAMS = {Output.Stream.STDOUT, Output.Stream.STDERR};

    /** One for each thread, and threads are few: most programs print little, and clean memory costs as well. */
    private static final ThreadLocal<MemorySegment> BUFFER =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CHUNK, 16));

    private final List<Descriptor> sources;
    private final int end;
    private final Poll poll;
    private final BlockingSender<RunResponse> target;
    private final MemorySegment buffer = BUFFER.get();
    private int open;

    /**
     * @param sources standard output, and standard error if it is another
     * @param end becomes readable when the program has ended
     */
    OutputCarrier(List<Descriptor> sources, Descriptor end, BlockingSender<RunResponse> target) {
        this.sources = sources;
        this.open = sources.size();
        this.end = sources.size();
        this.target = target;
        List<Descriptor> all = new ArrayList<>(sources);
        all.add(end);
        this.poll = new Poll(all);
    }

    /** Carries until the program itself has ended; others may go on printing. */
    void untilEnd() throws IOException, InterruptedException {
        do {
            poll.await();
            carry();
        } while (!poll.isReady(end));
        poll.drop(end);
    }

    /** Carries what is left, until nobody is there to print. */
    void rest() throws IOException, InterruptedException {
        while (open > 0) {
            poll.await();
            carry();
        }
    }

    private void carry() throws IOException, InterruptedException {
        for (int index = 0; index < sources.size(); index++) {
            if (poll.isReady(index)) {
                int count = read(sources.get(index));
                if (count == 0) {
                    poll.drop(index);
                    open--;
                } else {
                    send(STREAMS[index], count);
                }
            }
        }
    }

    private void send(Output.Stream stream, int count) throws IOException, InterruptedException {
        byte[] data = new byte[count];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, data, 0, count);
        target.send(RunResponse.newBuilder()
                .setOutput(Output.newBuilder().setStream(stream).setData(UnsafeByteOperations.unsafeWrap(data)))
                .build());
    }

    private int read(Descriptor source) throws KernelException {
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

    @Override
    public void close() {
        poll.close();
    }
}
