package dev.mulligan.host.cli;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.mulligan.host.HostDirectories;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Serves hand-written services on the unix socket where a host agent would. */
final class FakeHost implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Server server;

    FakeHost(HostDirectories directories, BindableService... services) {
        // Netty does not know all of gRPC's options for this kind of socket, and says so for each connection.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        Logger.getLogger("io.netty").setLevel(Level.OFF);
        directories.create();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(directories.socket()))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop);
        List.of(services).forEach(builder::addService);
        try {
            server = builder.build().start();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** An error as the contracts describe it. */
    static StatusRuntimeException error(
            io.grpc.Status.Code code, String reason, String message, String value, String remedy) {
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setDomain("mulligan.dev")
                        .setReason(reason)
                        .putMetadata("value", value)
                        .putMetadata("remedy", remedy)
                        .build()))
                .build());
    }

    @Override
    public void close() {
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}
