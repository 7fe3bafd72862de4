package dev.mulligan.host.service;

import dev.mulligan.proto.host.v1.DownloadResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A stream of bytes becomes messages, and those become the bytes that gRPC would send. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ChunkBenchmark {
    private static final int STREAM = 1 << 20;

    /** As an archive's writer, or a copy loop, would hand them over. */
    @Param({"512", "65536"})
    public int pieceBytes;

    private final byte[] data = new byte[STREAM];
    private final Serialising observer = new Serialising();
    private final Sender<DownloadResponse> sender = new Sender<>(observer, () -> {});

    /** JMH calls it. */
    public ChunkBenchmark() {
        new Random(1).nextBytes(data);
    }

    /** 1 MiB in pieces of that size. */
    @Benchmark
    public long oneMebibyte() throws IOException {
        OutputStream stream = new ChunkStream<>(
                sender, chunk -> DownloadResponse.newBuilder().setData(chunk).build());
        for (int from = 0; from < STREAM; from += pieceBytes) {
            stream.write(data, from, pieceBytes);
        }
        stream.flush();
        return observer.bytes;
    }

    /** A client that takes everything at once. */
    private static final class Serialising extends ServerCallStreamObserver<DownloadResponse> {
        private long bytes;

        @Override
        public void onNext(DownloadResponse message) {
            try {
                message.writeTo(OutputStream.nullOutputStream());
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
            bytes += message.getSerializedSize();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        @SuppressWarnings("deprecation") // gRPC's, and abstract there
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
