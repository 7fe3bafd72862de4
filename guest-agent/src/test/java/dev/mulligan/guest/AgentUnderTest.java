package dev.mulligan.guest;

import dev.mulligan.guest.transport.HostSocketFactory;
import dev.mulligan.guest.transport.Port;
import dev.mulligan.proto.guest.v1.FileServiceGrpc;
import dev.mulligan.proto.guest.v1.ProcessServiceGrpc;
import dev.mulligan.proto.guest.v1.SessionServiceGrpc;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A guest agent on a unix socket, and a host that talks to it. */
public final class AgentUnderTest implements AutoCloseable {
    /** Whom calls act as: whoever runs the tests. */
    public static final String SELF = System.getProperty("user.name");

    private static final int DEADLINE_SECONDS = 60;

    private final Path directory;
    private final GuestAgent agent;
    private ManagedChannel channel;

    private AgentUnderTest(Path directory, GuestAgent agent) {
        this.directory = directory;
        this.agent = agent;
        this.channel = connect(socket());
    }

    public static AgentUnderTest start() throws IOException {
        Path directory = Files.createTempDirectory("mulligan-guest");
        return new AgentUnderTest(directory, GuestAgent.start(Port.unix(directory.resolve("port"))));
    }

    /** A channel to whatever guest agent listens there. */
    public static ManagedChannel connect(Path socket) {
        return OkHttpChannelBuilder.forAddress("127.0.0.1", 1, InsecureChannelCredentials.create())
                .socketFactory(new HostSocketFactory(socket))
                .flowControlWindow(1 << 20)
                .build();
    }

    public Path socket() {
        return directory.resolve("port");
    }

    public ManagedChannel channel() {
        return channel;
    }

    public SystemServiceGrpc.SystemServiceBlockingStub system() {
        return SystemServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public FileServiceGrpc.FileServiceBlockingStub files() {
        return FileServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public FileServiceGrpc.FileServiceStub asyncFiles() {
        return FileServiceGrpc.newStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public ProcessServiceGrpc.ProcessServiceStub processes() {
        return ProcessServiceGrpc.newStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public SessionServiceGrpc.SessionServiceStub sessions() {
        return SessionServiceGrpc.newStub(channel)
                .withMaxInboundMessageSize(10 << 20)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public SessionServiceGrpc.SessionServiceBlockingStub blockingSessions() {
        return SessionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** The host goes away, without a word, and a new one comes. */
    public void reconnect() {
        channel.shutdownNow();
        channel = connect(socket());
    }

    @Override
    public void close() throws IOException {
        channel.shutdownNow();
        agent.close();
        Files.deleteIfExists(socket());
        Files.delete(directory);
    }
}
