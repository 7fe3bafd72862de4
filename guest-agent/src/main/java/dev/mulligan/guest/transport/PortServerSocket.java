package dev.mulligan.guest.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;

/** Accepts the connections that come over the port, one after another. */
final class PortServerSocket extends ServerSocket {
    private final HostLink link;

    PortServerSocket(HostLink link) throws IOException {
        this.link = link;
    }

    @Override
    public void bind(SocketAddress ignored) {
        // The port is open already.
    }

    @Override
    public Socket accept() throws IOException {
        try {
            return new PortSocket(link, link.awaitConnection());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("port: interrupted while waiting for a host");
        }
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return PortAddress.INSTANCE;
    }

    @Override
    public void close() throws IOException {
        link.close();
        super.close();
    }
}
