package dev.mulligan.guest.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A unix socket that behaves like the port: one host at a time, the next one waits until that has gone. */
final class UnixPort implements Port {
    private final Path path;
    private final ServerSocketChannel server;
    private volatile @Nullable SocketChannel host;

    UnixPort(Path path) throws IOException {
        this.path = path;
        Files.deleteIfExists(path);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        SocketChannel channel = host;
        if (channel == null) {
            channel = server.accept();
            host = channel;
        }
        int count;
        try {
            count = channel.read(ByteBuffer.wrap(target, offset, length));
        } catch (IOException e) {
            // A reset is how a killed host looks; to a port both are "nobody there".
            count = -1;
        }
        if (count < 0) {
            host = null;
            channel.close();
        }
        return count;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        SocketChannel channel = host;
        if (channel == null) {
            throw new IOException("port " + path + ": nobody is connected (expected: a host)");
        }
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        SocketChannel channel = host;
        if (channel != null) {
            channel.close();
        }
        Files.deleteIfExists(path);
    }
}
