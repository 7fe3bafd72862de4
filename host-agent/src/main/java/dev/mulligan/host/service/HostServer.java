package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The endpoints of the host agent: a unix socket always, TCP with TLS and tokens if asked for. Serves health (which is
 * how clients know that it is ready) and reflection as well. Closing it ends every call.
 */
public final class HostServer implements AutoCloseable {
    private static final int LARGEST_REQUEST = 16 << 20;
    private static final int MOST_HEADERS = 16 << 10;
    private static final int MOST_CALLS_PER_CONNECTION = 256;

    private final List<Server> servers = new ArrayList<>();
    private final List<String> endpoints = new ArrayList<>();
    private final StatusMapper mapper = new StatusMapper();
    private final Draining draining = new Draining(mapper);
    private final HealthStatusManager health = new HealthStatusManager();
    /**
     * gRPC's callbacks, which never wait: they pass requests on and wake who waits. Not on virtual threads: those share
     * their few carriers with the calls themselves, and a call that computes would hold up every cancellation.
     */
    private final ExecutorService callbacks = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("grpc-callback-", 0).factory());

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final List<ServerServiceDefinition> services = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    public HostServer(Services services) {
        List<BindableService> all = new ArrayList<>(
                services.bind(Thread.ofVirtual().name("call-", 0).factory(), mapper));
        all.add(health.getHealthService());
        all.add(ProtoReflectionServiceV1.newInstance());
        all.forEach(service -> this.services.add(service.bindService()));
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
    }

    /**
     * Serves a unix socket that only its owner can open. Its directory must be the owner's alone: between the socket's
     * birth and its mode there is a moment.
     *
     * @param owner the user of this process
     * @throws HostException {@code INTERNAL} if the socket cannot be made
     */
    public void listen(Path socket, int owner) {
        try {
            Files.deleteIfExists(socket); // a stale one: the lock says that nobody else serves it
            serve(
                    NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                            .channelType(EpollServerDomainSocketChannel.class)
                            // gRPC sets it everywhere; a unix socket does not know it, and Netty says so each time.
                            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                            .protocolNegotiator(new PeerNegotiator()),
                    Authentication.byPeer(owner, mapper));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            endpoints.add("unix:" + socket);
        } catch (IOException impossible) {
            throw failed("unix:" + socket, impossible);
        }
    }

    /**
     * Serves TCP with TLS.
     *
     * @throws HostException {@code BAD_CONFIG} if the address, the certificate or the key cannot be used
     */
    public void listen(InetSocketAddress address, Path certificate, Path key, Tokens tokens) {
        try {
            Server server = serve(
                    NettyServerBuilder.forAddress(address)
                            .channelType(EpollServerSocketChannel.class)
                            .sslContext(GrpcSslContexts.forServer(certificate.toFile(), key.toFile())
                                    .build())
                            .keepAliveTime(30, TimeUnit.SECONDS)
                            .permitKeepAliveTime(10, TimeUnit.SECONDS),
                    Authentication.byToken(tokens, mapper));
            endpoints.add("tls://" + address.getHostString() + ":" + server.getPort());
        } catch (IOException | IllegalArgumentException impossible) {
            throw failed("tls://" + address, impossible);
        }
    }

    /** From now on calls are taken, and clients are told so. */
    public void ready() {
        draining.open();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        services.forEach(
                service -> health.setStatus(service.getServiceDescriptor().getName(), ServingStatus.SERVING));
    }

    public List<String> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Refuses new calls, and says so to who asks for health. */
    public void drain() {
        if (draining.begin()) {
            health.enterTerminalState();
        }
    }

    /** Gives running calls so long to end. Closing twice does nothing. */
    public void close(Duration grace) {
        drain();
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        servers.forEach(Server::shutdown);
        long end = System.nanoTime() + grace.toNanos();
        try {
            for (Server server : servers) {
                if (!server.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    draining.endAll();
                    if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                        server.shutdownNow();
                        server.awaitTermination(1, TimeUnit.SECONDS);
                    }
                }
            }
        } catch (InterruptedException hurried) {
            servers.forEach(Server::shutdownNow);
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        callbacks.shutdown();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private Server serve(NettyServerBuilder builder, Authentication authentication) throws IOException {
        builder.bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .executor(callbacks)
                .maxInboundMessageSize(LARGEST_REQUEST)
                .maxInboundMetadataSize(MOST_HEADERS)
                .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION);
        services.forEach(builder::addService);
        // The last one is asked first: who calls, then whether calls are taken.
        Server server =
                builder.intercept(draining).intercept(authentication).build().start();
        servers.add(server);
        return server;
    }

    private static HostException failed(String endpoint, Exception cause) {
        return HostException.of(HostErrorCode.BAD_CONFIG, "endpoint that cannot be served")
                .value(endpoint)
                .remedy("free or change it (" + cause + ")")
                .cause(cause)
                .build();
    }
}
