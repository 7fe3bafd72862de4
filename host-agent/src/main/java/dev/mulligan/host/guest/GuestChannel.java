package dev.mulligan.host.guest;

import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * The way that bytes take to a guest agent: the one place that knows what kind of port a machine has. A unix socket
 * in front of a virtio-serial port today; vsock would be another implementation.
 */
interface GuestChannel extends AutoCloseable {
    /**
     * A channel that connects once, and has begun to: to the port, through the preamble, to HTTP/2. It never connects a
     * second time by itself, as a guest must be resynchronised before anything else on each connection.
     */
    Opening open(Path port);

    /**
     * A channel on its way.
     *
     * @param channel carries calls as soon as HTTP/2 stands
     * @param answer of the guest to the preamble, or why there was none
     */
    record Opening(ManagedChannel channel, CompletableFuture<FirstAnswer> answer) {}

    @Override
    void close();
}
