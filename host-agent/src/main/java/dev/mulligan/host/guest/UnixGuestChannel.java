package dev.mulligan.host.guest;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/**
 * Guest channels over the unix socket that QEMU puts before a virtio-serial port.
 *
 * <p>Netty's NIO transport, not epoll: since Java 16 it speaks to unix sockets itself, and needs no native library.
 */
final class UnixGuestChannel implements GuestChannel {
    private static final int MAXIMUM_HEADERS = 16 << 10;
    // 256 entries of a listing with a path and a link target of 4,096 bytes each are 2.1 MB.
    private static final int MAXIMUM_MESSAGE = 4 << 20;
    // gRPC takes 30 days and more as "never".
    private static final long NEVER_IDLE_DAYS = 365;

    private final EventLoopGroup loops;
    private final Executor executor;
    private final RandomGenerator random;
    private final Clock clock;
    private final Duration handshake;

    UnixGuestChannel(Executor executor, RandomGenerator random, Clock clock, Duration handshake) {
        this.loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("guest-io", true), NioIoHandler.newFactory());
        this.executor = executor;
        this.random = random;
        this.clock = clock;
        this.handshake = handshake;
    }

    @Override
    public Opening open(Path port) {
        CompletableFuture<FirstAnswer> answer = new CompletableFuture<>();
        ManagedChannel channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(port))
                .channelFactory(new SingleConnection(answer), UnixDomainSocketAddress.class)
                .eventLoopGroup(loops)
                .executor(executor)
                .offloadExecutor(executor)
                .usePlaintext()
                .overrideAuthority("guest")
                .disableRetry()
                .flowControlWindow(WideConnectionHandler.STREAM_WINDOW)
                .maxInboundMetadataSize(MAXIMUM_HEADERS)
                .maxInboundMessageSize(MAXIMUM_MESSAGE)
                .idleTimeout(NEVER_IDLE_DAYS, TimeUnit.DAYS)
                .build();
        ConnectivityState _ = channel.getState(true);
        return new Opening(channel, answer);
    }

    @Override
    public void close() {
        Future<?> _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }

    /** Makes channels of which only the first connects. */
    private final class SingleConnection implements ChannelFactory<Channel> {
        private final CompletableFuture<FirstAnswer> answer;
        private final AtomicBoolean used = new AtomicBoolean();

        SingleConnection(CompletableFuture<FirstAnswer> answer) {
            this.answer = answer;
        }

        @Override
        public Channel newChannel() {
            Channel channel = new NioDomainSocketChannel();
            if (used.getAndSet(true)) {
                channel.pipeline().addLast(new RefuseConnect());
            } else {
                channel.pipeline()
                        .addLast(new PreambleHandler(random, clock, handshake, answer), new WideConnectionHandler());
            }
            return channel;
        }
    }

    private static final class RefuseConnect extends ChannelOutboundHandlerAdapter {
        @Override
        public void connect(
                ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new IOException("the connection to the guest is over; a new one must be made"));
        }
    }
}
