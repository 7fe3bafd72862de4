package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.PackRequest;
import dev.mulligan.proto.guest.v1.ReadRequest;
import dev.mulligan.proto.guest.v1.UnpackHeader;
import dev.mulligan.proto.guest.v1.UnpackRequest;
import dev.mulligan.proto.guest.v1.UnpackResponse;
import dev.mulligan.proto.guest.v1.WriteHeader;
import dev.mulligan.proto.guest.v1.WriteRequest;
import dev.mulligan.proto.guest.v1.WriteResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** File calls as a host makes them, with the user that runs the tests. */
final class FileCalls {
    private static final int CHUNK = 64 * 1024;

    private final AgentUnderTest agent;

    FileCalls(AgentUnderTest agent) {
        this.agent = agent;
    }

    static ByteString bytes(Path path) {
        return ByteString.copyFromUtf8(path.toString());
    }

    ByteString read(ByteString path) {
        ByteString content = ByteString.EMPTY;
        var responses = agent.files()
                .read(ReadRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setPath(path)
                        .build());
        while (responses.hasNext()) {
            content = content.concat(responses.next().getData());
        }
        return content;
    }

    WriteResponse write(WriteHeader.Builder header, ByteString content) throws Exception {
        WriteRequest first = WriteRequest.newBuilder()
                .setHeader(header.setUser(AgentUnderTest.SELF))
                .build();
        return this.<WriteRequest, WriteResponse>upload(
                agent.asyncFiles()::write,
                first,
                content,
                data -> WriteRequest.newBuilder().setData(data).build());
    }

    ByteString pack(ByteString path) {
        ByteString archive = ByteString.EMPTY;
        var responses = agent.files()
                .pack(PackRequest.newBuilder()
                        .setUser(AgentUnderTest.SELF)
                        .setPath(path)
                        .build());
        while (responses.hasNext()) {
            archive = archive.concat(responses.next().getData());
        }
        return archive;
    }

    UnpackResponse unpack(ByteString path, ByteString archive) throws Exception {
        UnpackRequest first = UnpackRequest.newBuilder()
                .setHeader(
                        UnpackHeader.newBuilder().setUser(AgentUnderTest.SELF).setPath(path))
                .build();
        return this.<UnpackRequest, UnpackResponse>upload(
                agent.asyncFiles()::unpack,
                first,
                archive,
                data -> UnpackRequest.newBuilder().setData(data).build());
    }

    FileServiceGrpc.FileServiceBlockingStub stub() {
        return agent.files();
    }

    private <Q, R> R upload(
            Function<StreamObserver<R>, StreamObserver<Q>> call,
            Q first,
            ByteString content,
            Function<ByteString, Q> wrap)
            throws Exception {
        Uploading<Q, R> uploading = new Uploading<>();
        StreamObserver<Q> requests = call.apply(uploading);
        requests.onNext(first);
        for (int at = 0; at < content.size() && !uploading.response.isDone(); at += CHUNK) {
            uploading.awaitReady();
            requests.onNext(wrap.apply(content.substring(at, Math.min(at + CHUNK, content.size()))));
        }
        requests.onCompleted();
        try {
            return uploading.response.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StatusRuntimeException status) {
                throw status;
            }
            throw e;
        }
    }

    private static final class Uploading<Q, R> implements ClientResponseObserver<Q, R> {
        private final CompletableFuture<R> response = new CompletableFuture<>();
        private @Nullable ClientCallStreamObserver<Q> requests;

        @Override
        public synchronized void beforeStart(ClientCallStreamObserver<Q> stream) {
            requests = stream;
            stream.setOnReadyHandler(this::wake);
        }

        private synchronized void wake() {
            notifyAll();
        }

        private synchronized void awaitReady() throws InterruptedException {
            while (requests != null && !requests.isReady() && !response.isDone()) {
                wait(1_000);
            }
        }

        @Override
        public void onNext(R value) {
            response.complete(value);
        }

        @Override
        public void onError(Throwable cause) {
            response.completeExceptionally(cause);
            wake();
        }

        @Override
        public void onCompleted() {
            wake();
        }
    }
}
