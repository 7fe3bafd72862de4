package dev.mulligan.host.guest;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The guest's end of a port, for tests: a unix socket that takes one connection after another, echoes preambles, and
 * hands what follows to an ordinary gRPC server.
 */
final class PortServer implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel port;
    private final Server server;
    private final PortPreamble.Arrival arrival;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile AtomicInteger silent = new AtomicInteger();
    private volatile @Nullable SocketChannel current;

    PortServer(Path socket, List<BindableService> services) {
        this(socket, PortPreamble.Arrival.NOTHING, services);
    }

    PortServer(Path socket, PortPreamble.Arrival arrival, List<BindableService> services) {
        this.socket = socket;
        this.arrival = arrival;
        try {
            NettyServerBuilder builder =
                    NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            services.forEach(builder::addService);
            this.server = builder.build().start();
            this.port = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            port.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("port-accept").start(this::accept);
    }

    /** How many connections got through the preamble. */
    int connections() {
        return connections.get();
    }

    /** So many of the next connections are taken and never answered; it counts them down. */
    void beSilent(AtomicInteger next) {
        silent = next;
    }

    /** Breaks the connection, as a guest agent that dies. */
    void drop() {
        SocketChannel channel = current;
        if (channel != null) {
            closeQuietly(channel);
        }
    }

    private void accept() {
        while (port.isOpen()) {
            try (SocketChannel client = port.accept()) {
                current = client;
                serve(client);
            } catch (IOException over) {
                // The host hung up, or the port is closed: look for the next one.
            }
        }
    }

    private void serve(SocketChannel client) throws IOException {
        if (silent.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            awaitEnd(client);
            return;
        }
        ByteBuffer start = new PortPreamble(client, arrival).await();
        connections.incrementAndGet();
        try (SocketChannel inner =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))) {
            Thread back = Thread.ofVirtual().name("port-back").start(() -> {
                try {
                    copy(inner, client);
                } catch (IOException over) {
                    // One side is gone, so is the other.
                } finally {
                    closeQuietly(client);
                }
            });
            while (start.hasRemaining()) {
                inner.write(start);
            }
            try {
                copy(client, inner);
            } finally {
                closeQuietly(inner);
                back.interrupt();
            }
        }
    }

    private static void awaitEnd(SocketChannel client) throws IOException {
        ByteBuffer ignored = ByteBuffer.allocate(4096);
        while (client.read(ignored.clear()) >= 0) {
            // The host knocks.
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
    }

    @Override
    public void close() {
        try {
            port.close();
            drop();
            server.shutdownNow();
            server.awaitTermination(5, TimeUnit.SECONDS);
            Files.deleteIfExists(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Nothing depends on it.
        }
    }
}
