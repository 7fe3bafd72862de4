package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.CreateCheckpointResponse;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DeleteCheckpointRequest;
import dev.mulligan.proto.host.v1.DeleteCheckpointResponse;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxResponse;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.GetImageResponse;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.Image;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.ListSandboxesResponse;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.RollbackResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import dev.mulligan.proto.host.v1.WriteFileResponse;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Sandboxes and checkpoints that are only counted, for the benchmark: everything succeeds at once. */
final class FakeBenchHost {
    final Map<String, Sandbox> sandboxes = new ConcurrentHashMap<>();
    final AtomicInteger made = new AtomicInteger();
    final CountDownLatch rollbackCalled = new CountDownLatch(1);
    final FakeBenchTasks tasks = new FakeBenchTasks();
    private volatile boolean handsOutOneMachineOnly;
    private volatile Consumer<StreamObserver<RollbackResponse>> rollback =
            responses -> answer(responses, RollbackResponse.getDefaultInstance());

    /** What a rollback does instead of succeeding. */
    void onRollback(Consumer<StreamObserver<RollbackResponse>> action) {
        rollback = action;
    }

    /** From now on all sandboxes are the same machine. */
    void handOutOneMachineOnly() {
        handsOutOneMachineOnly = true;
    }

    /** What {@code true} prints, who it is for whoever asks for that, and else a number. */
    private String printed(ExecStart start) {
        if (start.getArgumentsList().equals(List.of("true"))) {
            return "";
        }
        String who = handsOutOneMachineOnly ? "the one" : start.getSandbox();
        return start.getArgumentsList().toString().contains("/etc/machine-id")
                ? "machine-id m %1$s\nhost-name h %1$s\nboot-id b\ndraw d %1$s\n".formatted(who)
                : "1000\n";
    }

    BindableService[] services() {
        BlankHost blank = new BlankHost()
                .answer(
                        GetImageResponse.newBuilder()
                                .setImage(Image.newBuilder().setName("base").setDigest("sha256:00"))
                                .build(),
                        ImageServiceGrpc.getGetMethod());
        return new BindableService[] {
            blank.service(HostServiceGrpc.getServiceDescriptor()),
            blank.service(ImageServiceGrpc.getServiceDescriptor()),
            new Sandboxes(),
            new Checkpoints(),
            tasks,
            new FakeBenchChanges(tasks)
        };
    }

    static <T> void answer(StreamObserver<T> responses, T message) {
        responses.onNext(message);
        responses.onCompleted();
    }

    private final class Sandboxes extends SandboxServiceGrpc.SandboxServiceImplBase {
        @Override
        public void create(CreateSandboxRequest request, StreamObserver<CreateSandboxResponse> responses) {
            String id = "sb-" + made.incrementAndGet();
            Sandbox sandbox = Sandbox.newBuilder()
                    .setId(id)
                    .putAllLabels(request.getLabelsMap())
                    .build();
            sandboxes.put(id, sandbox);
            answer(
                    responses,
                    CreateSandboxResponse.newBuilder().setSandbox(sandbox).build());
        }

        @Override
        public void list(ListSandboxesRequest request, StreamObserver<ListSandboxesResponse> responses) {
            List<Sandbox> labelled = sandboxes.values().stream()
                    .filter(sandbox -> sandbox.getLabelsMap()
                            .entrySet()
                            .containsAll(request.getLabelsMap().entrySet()))
                    .toList();
            answer(
                    responses,
                    ListSandboxesResponse.newBuilder().addAllSandboxes(labelled).build());
        }

        @Override
        public void delete(DeleteSandboxRequest request, StreamObserver<DeleteSandboxResponse> responses) {
            sandboxes.remove(request.getSandbox());
            answer(responses, DeleteSandboxResponse.getDefaultInstance());
        }

        @Override
        public StreamObserver<ExecRequest> exec(StreamObserver<ExecResponse> responses) {
            return each(request -> {
                responses.onNext(ExecResponse.newBuilder()
                        .setOutput(ExecOutput.newBuilder()
                                .setStream(OutputStream.STDOUT)
                                .setData(ByteString.copyFromUtf8(printed(request.getStart()))))
                        .build());
                answer(
                        responses,
                        ExecResponse.newBuilder()
                                .setExited(ExecExited.getDefaultInstance())
                                .build());
            });
        }

        @Override
        public StreamObserver<WriteFileRequest> writeFile(StreamObserver<WriteFileResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(WriteFileRequest request) {}

                @Override
                public void onError(Throwable cancelled) {}

                @Override
                public void onCompleted() {
                    answer(responses, WriteFileResponse.getDefaultInstance());
                }
            };
        }

        @Override
        public void readFile(ReadFileRequest request, StreamObserver<ReadFileResponse> responses) {
            answer(
                    responses,
                    ReadFileResponse.newBuilder()
                            .setData(ByteString.copyFrom(new byte[1 << 20]))
                            .build());
        }
    }

    private final class Checkpoints extends CheckpointServiceGrpc.CheckpointServiceImplBase {
        @Override
        public void create(CreateCheckpointRequest request, StreamObserver<CreateCheckpointResponse> responses) {
            answer(
                    responses,
                    CreateCheckpointResponse.newBuilder()
                            .setCheckpoint(Checkpoint.newBuilder().setId("cp-1"))
                            .build());
        }

        @Override
        public void rollback(RollbackRequest request, StreamObserver<RollbackResponse> responses) {
            rollbackCalled.countDown();
            rollback.accept(responses);
        }

        @Override
        public void delete(DeleteCheckpointRequest request, StreamObserver<DeleteCheckpointResponse> responses) {
            answer(responses, DeleteCheckpointResponse.getDefaultInstance());
        }
    }

    private static <T> StreamObserver<T> each(Consumer<T> action) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T request) {
                action.accept(request);
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {}
        };
    }
}
