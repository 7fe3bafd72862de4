package dev.mulligan.host.cli.client;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An open channel and the thread that works for it. The JDK's own sockets, of both kinds: no native library has to be
 * unpacked and loaded first, which a command line that lives for a moment would notice.
 */
record Connection(ManagedChannel channel, EventLoopGroup loop) implements AutoCloseable {
    private static final int LARGEST_MESSAGE = 16 << 20;
    /** It ends at once, unless it is itself the one that closes. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private static final long LONGEST_TOKEN = 4096;

    static Connection open(Endpoint endpoint) {
        // The libraries' own logs are no result and no help; --debug shows what matters.
        Logger.getLogger("").setLevel(Level.OFF);
        // Before Netty asks which logging there is: finding and starting the daemon's costs 100 ms.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        NettyChannelBuilder builder = switch (endpoint) {
            case Endpoint.Unix unix ->
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(unix.socket()))
                        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                        .overrideAuthority("localhost")
                        .usePlaintext();
            case Endpoint.Tls tls -> tls(tls);
        };
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("host-client", true), NioIoHandler.newFactory());
        return new Connection(
                builder.eventLoopGroup(loop)
                        .maxInboundMessageSize(LARGEST_MESSAGE)
                        .disableRetry()
                        .directExecutor()
                        .build(),
                loop);
    }

    /**
     * Cancels what still runs, and waits for the end of the thread: where one waits for the network when the process ends,
     * Java waits for it 300 ms.
     */
    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(PATIENCE.toMillis());
    }

    private static NettyChannelBuilder tls(Endpoint.Tls tls) {
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token(tls.tokenFile()));
        try {
            SslContextBuilder context = GrpcSslContexts.forClient();
            tls.authorities().ifPresent(file -> context.trustManager(file.toFile()));
            return NettyChannelBuilder.forAddress(tls.host(), tls.port())
                    .channelType(NioSocketChannel.class)
                    .sslContext(context.build())
                    .keepAliveTime(30, TimeUnit.SECONDS)
                    .intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "certificates to trust")
                    .value(tls.authorities().map(Path::toString).orElse("those of this machine"))
                    .expected("a readable file with certificates in PEM")
                    .remedy("correct --ca-file")
                    .cause(unreadable)
                    .build();
        }
    }

    private static String token(Path file) {
        try {
            if (Files.size(file) <= LONGEST_TOKEN) {
                String token = Files.readString(file).strip();
                if (!token.isEmpty() && token.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
                    return token;
                }
            }
        } catch (IOException unreadable) {
            throw badToken(file).cause(unreadable).build();
        }
        throw badToken(file).build();
    }

    private static HostException.Builder badToken(Path file) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, "token file")
                .value(file)
                .expected("a readable file with one token of printable ASCII characters")
                .remedy("correct --token-file");
    }
}
