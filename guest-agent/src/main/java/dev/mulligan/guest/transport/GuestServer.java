package dev.mulligan.guest.transport;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/**
 * A gRPC server whose network is the port.
 *
 * <p>Plain text on purpose: the port leads to the host agent's process and nowhere else, and the host trusts nothing
 * that comes out of it.
 */
public final class GuestServer implements AutoCloseable {
    /** A stream may have this much under way before its reader takes it: HTTP/2 flow control. */
    private static final int WINDOW = 1 << 20;

    /** The largest request: a restore that names its thousand paths. */
    private static final int MAXIMUM_MESSAGE = 5 << 20;

    private static final int MAXIMUM_METADATA = 16 << 10;
    private static final int MAXIMUM_CALLS = 256;

    private final Server server;

    private GuestServer(Server server) {
        this.server = server;
    }

    /**
     * Serves {@code services} on {@code port} at once.
     *
     * @param arrivals hears of each host before it is answered
     * @param executor runs the handlers, on platform threads
     * @param whenHostLeaves runs after each connection has ended, for whatever reason; must not block
     */
    public static GuestServer start(
            Port port,
            HostListener arrivals,
            Executor executor,
            List<BindableService> services,
            Runnable whenHostLeaves)
            throws IOException {
        HostLink link = new HostLink(port, arrivals);
        OkHttpServerBuilder builder = OkHttpServerBuilder.forPort(
                        PortAddress.INSTANCE, InsecureServerCredentials.create())
                .socketFactory(new PortServerSocketFactory(link))
                .executor(executor)
                .transportExecutor(executor)
                .flowControlWindow(WINDOW)
                .maxInboundMessageSize(MAXIMUM_MESSAGE)
                .maxInboundMetadataSize(MAXIMUM_METADATA)
                .maxConcurrentCallsPerConnection(MAXIMUM_CALLS)
                // The host may ask as often as it likes whether we are alive.
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        builder.addTransportFilter(new ServerTransportFilter() {
            @Override
            public void transportTerminated(Attributes attributes) {
                whenHostLeaves.run();
            }
        });
        services.forEach(builder::addService);
        return new GuestServer(builder.build().start());
    }

    /** Ends every call, closes the port, and waits a moment for the handlers. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks until the server has ended. */
    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    private static final class PortServerSocketFactory extends ServerSocketFactory {
        private final HostLink link;

        PortServerSocketFactory(HostLink link) {
            this.link = link;
        }

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new PortServerSocket(link);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return createServerSocket();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            return createServerSocket();
        }
    }
}
