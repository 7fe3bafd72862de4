package dev.mulligan.guest.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * The host's side of the port, for rehearsals and tests: connects to a unix socket, says the preamble, and hands gRPC
 * what comes after the echo.
 */
public final class HostSocketFactory extends SocketFactory {
    private final Path path;

    public HostSocketFactory(Path path) {
        this.path = path;
    }

    /** A fresh preamble that leaves the clock alone: it is that of the machine that builds. */
    public static byte[] preamble() {
        return Preamble.bare().line();
    }

    @Override
    public Socket createSocket() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            OutputStream output = Channels.newOutputStream(channel);
            InputStream input = Channels.newInputStream(channel);
            byte[] preamble = preamble();
            output.write(preamble);
            awaitEcho(input, preamble);
            return new StreamSocket(channel, input, output);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Drops whatever an earlier connection left on the way. */
    private static void awaitEcho(InputStream input, byte[] preamble) throws IOException {
        int matched = 0;
        while (matched < preamble.length) {
            int next = input.read();
            if (next < 0) {
                throw new IOException("guest agent: hung up before it answered");
            }
            if (next == preamble[matched]) {
                matched++;
            } else {
                matched = next == preamble[0] ? 1 : 0;
            }
        }
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket();
    }

    private static final class StreamSocket extends Socket {
        private final SocketChannel channel;
        private final InputStream input;
        private final OutputStream output;

        StreamSocket(SocketChannel channel, InputStream input, OutputStream output) {
            this.channel = channel;
            this.input = input;
            this.output = output;
        }

        @Override
        public InputStream getInputStream() {
            return input;
        }

        @Override
        public OutputStream getOutputStream() {
            return output;
        }

        @Override
        public void setTcpNoDelay(boolean on) {
            // A unix socket has no delay to switch off.
        }

        @Override
        public void setSoTimeout(int timeout) {
            // gRPC's deadlines end a silent call.
        }

        @Override
        public boolean isClosed() {
            return !channel.isOpen();
        }

        @Override
        public synchronized void close() throws IOException {
            channel.close();
        }
    }
}
