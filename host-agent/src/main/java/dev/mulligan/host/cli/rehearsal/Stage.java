package dev.mulligan.host.cli.rehearsal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.host.HostDirectories;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.GetStatusRequest;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.ListSandboxesResponse;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.ListTasksResponse;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;

/** What a client sees of a host agent, with one thing of a kind; whatever is not here answers that it is not known. */
final class Stage {
    private final HostDirectories directories;

    Stage(HostDirectories directories) {
        this.directories = directories;
    }

    /** Until the process is ended. */
    void serve() throws InterruptedException {
        directories.create();
        MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Server server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(directories.socket()))
                    .channelType(NioServerDomainSocketChannel.class)
                    .bossEventLoopGroup(loop)
                    .workerEventLoopGroup(loop)
                    .addService(new Host())
                    .addService(new Sandboxes())
                    .addService(new Tasks())
                    .build()
                    .start();
            server.awaitTermination();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static <A> void answer(StreamObserver<A> responses, A response) {
        responses.onNext(response);
        responses.onCompleted();
    }

    private static final class Host extends HostServiceGrpc.HostServiceImplBase {
        @Override
        public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
            answer(
                    responses,
                    GetStatusResponse.newBuilder()
                            .setVersion("rehearsal")
                            .setPid(1)
                            .setStarted(Timestamp.newBuilder().setSeconds(1_700_000_000))
                            .setAcceleration("kvm")
                            .setAccelerationReason("rehearsed")
                            .setHypervisor("libvirt")
                            .addEndpoints("unix:/")
                            .setAuditEntries(1)
                            .build());
        }
    }

    private static final class Tasks extends TaskServiceGrpc.TaskServiceImplBase {
        @Override
        public void list(ListTasksRequest request, StreamObserver<ListTasksResponse> responses) {
            answer(
                    responses,
                    ListTasksResponse.newBuilder()
                            .addTasks(Task.newBuilder().setId("t-1"))
                            .build());
        }
    }

    private static final class Sandboxes extends SandboxServiceGrpc.SandboxServiceImplBase {
        @Override
        public void list(ListSandboxesRequest request, StreamObserver<ListSandboxesResponse> responses) {
            answer(
                    responses,
                    ListSandboxesResponse.newBuilder()
                            .addSandboxes(Sandbox.newBuilder().setId("sb-1").setName("web"))
                            .build());
        }

        @Override
        public StreamObserver<ExecRequest> exec(StreamObserver<ExecResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(ExecRequest request) {
                    if (!request.hasStart()) {
                        responses.onNext(ExecResponse.newBuilder()
                                .setOutput(ExecOutput.newBuilder()
                                        .setStream(OutputStream.STDOUT)
                                        .setData(ByteString.copyFromUtf8("rehearsed\n")))
                                .build());
                        answer(
                                responses,
                                ExecResponse.newBuilder()
                                        .setExited(ExecExited.newBuilder().setOutcome(CallResult.Outcome.OK))
                                        .build());
                    }
                }

                @Override
                public void onError(Throwable cancelled) {
                    // The client has what it wanted.
                }

                @Override
                public void onCompleted() {
                    // It has been answered by then.
                }
            };
        }
    }
}
