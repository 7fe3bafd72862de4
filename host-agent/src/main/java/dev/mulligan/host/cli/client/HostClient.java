package dev.mulligan.host.cli.client;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc.ApprovalServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.AuditServiceGrpc;
import dev.mulligan.proto.host.v1.AuditServiceGrpc.AuditServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc.ChangesServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc.CheckpointServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.HostServiceGrpc;
import dev.mulligan.proto.host.v1.HostServiceGrpc.HostServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.ImageServiceGrpc.ImageServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc.SandboxServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskServiceGrpc.TaskServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc.TemplateServiceBlockingV2Stub;
import io.grpc.stub.AbstractStub;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A connection to a host agent: the generated stubs, each with a deadline. Safe for use by several threads. The stubs
 * throw {@link io.grpc.StatusException} with a {@code google.rpc.ErrorInfo} as the contracts say.
 */
public final class HostClient implements AutoCloseable {
    private final Endpoint endpoint;
    private final Connection connection;

    private HostClient(Endpoint endpoint, Connection connection) {
        this.endpoint = endpoint;
        this.connection = connection;
    }

    /**
     * Connects.
     *
     * @throws HostException {@link HostErrorCode#NO_HOST_AGENT} if nobody listens on the unix socket; over TLS that
     *     shows at the first call
     */
    public static HostClient connect(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Unix unix && !answers(unix.socket())) {
            throw HostException.of(HostErrorCode.NO_HOST_AGENT, "no host agent answers")
                    .value(endpoint)
                    .expected("one that runs")
                    .remedy("start it with 'mulligan up'")
                    .build();
        }
        return new HostClient(endpoint, Connection.open(endpoint));
    }

    /** Whether somebody listens on the socket. */
    public static boolean answers(Path socket) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobody) {
            return false;
        }
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public HostServiceBlockingV2Stub host(Patience patience) {
        return timed(HostServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public TaskServiceBlockingV2Stub tasks(Patience patience) {
        return timed(TaskServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public ApprovalServiceBlockingV2Stub approvals(Patience patience) {
        return timed(ApprovalServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public ChangesServiceBlockingV2Stub changes(Patience patience) {
        return timed(ChangesServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public SandboxServiceBlockingV2Stub sandboxes(Patience patience) {
        return timed(SandboxServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public CheckpointServiceBlockingV2Stub checkpoints(Patience patience) {
        return timed(CheckpointServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public ImageServiceBlockingV2Stub images(Patience patience) {
        return timed(ImageServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public TemplateServiceBlockingV2Stub templates(Patience patience) {
        return timed(TemplateServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    public AuditServiceBlockingV2Stub audit(Patience patience) {
        return timed(AuditServiceGrpc.newBlockingV2Stub(connection.channel()), patience);
    }

    /** Cancels what still runs. */
    @Override
    public void close() {
        connection.close();
    }

    private static <S extends AbstractStub<S>> S timed(S stub, Patience patience) {
        return stub.withDeadlineAfter(patience.deadline());
    }
}
