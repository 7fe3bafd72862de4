package dev.mulligan.host.cli.bench.peer;

import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;

/**
 * A second virtio-serial port of a machine, plugged in beside the guest agent's, with nothing above it but {@link
 * #GUEST_PROGRAM}: what the port itself carries. The machine is spoilt for anything else.
 */
public final class BarePort implements AutoCloseable {
    /**
     * For Python in the guest, as root. Takes 'i' and a size, then so many bytes, and answers '.'; takes 'o' and a size,
     * and sends so many bytes. 'w' and 'r' likewise, to a file and from it. Ends at 'q'.
     */
    public static final String GUEST_PROGRAM = """
            import glob, os, time
            def find():
                while True:
                    for name in glob.glob('/sys/class/virtio-ports/*/name'):
                        if open(name).read().strip() == 'dev.mulligan.bench.0':
                            return '/dev/' + name.split('/')[-2]
                    time.sleep(0.05)
            def take(count):
                got = b''
                while len(got) < count:
                    part = os.read(port, count - len(got))
                    got += part
                    if not part:
                        time.sleep(0.01)
                return got
            port = os.open(find(), os.O_RDWR)
            block = os.urandom(65536)
            path = '/home/agent/bench-port'
            def write(left):
                with open(path, 'wb', buffering=0) as file:
                    while left:
                        left -= file.write(os.read(port, min(left, 65536)))
            def send(part):
                while part:
                    part = part[os.write(port, part):]
            def read(left):
                with open(path, 'rb', buffering=0) as file:
                    while left:
                        part = file.read(min(left, 65536))
                        send(part)
                        left -= len(part)
            while True:
                command = take(1)
                if command == b'q':
                    break
                left = int.from_bytes(take(8), 'big')
                if command == b'i':
                    while left:
                        left -= len(os.read(port, min(left, 65536)))
                    os.write(port, b'.')
                elif command == b'w':
                    write(left)
                    os.write(port, b'.')
                elif command == b'r':
                    read(left)
                else:
                    while left:
                        left -= os.write(port, block[:left])
            """;

    private static final String NAME = "bare port";
    private static final String NAME_WITH_FILE = "bare port, file at its end";
    private static final int BLOCK = 65_536;

    private final SocketChannel channel;

    private BarePort(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Plugs it in.
     *
     * @param sandbox whose machine it is; it runs
     * @param directory does not exist yet
     */
    public static BarePort attach(String sandbox, Path directory) throws IOException, InterruptedException {
        String domain = VirshPeer.domainOf(sandbox);
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path socket = directory.resolve("port");
        Path xml = directory.resolve("port.xml");
        Files.writeString(xml, """
                <channel type='unix'>
                  <source mode='bind' path='%s'/>
                  <target type='virtio' name='dev.mulligan.bench.0'/>
                </channel>
                """.formatted(socket));
        Program.run("virsh", "-q", "-c", VirshPeer.uri(), "attach-device", domain, xml.toString(), "--live");
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new BarePort(channel);
    }

    /** From the host into the guest, to the answer that all has come. */
    public Peer in(int bytes) {
        return new Peer(NAME, to('i', bytes));
    }

    /** Likewise, into a file. */
    public Peer intoFile(int bytes) {
        return new Peer(NAME_WITH_FILE, to('w', bytes));
    }

    private Timed to(char letter, int bytes) {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        byte[] noise = new byte[BLOCK];
        new Random(1).nextBytes(noise);
        block.put(noise);
        return () -> {
            command(letter, bytes);
            for (int left = bytes; left > 0; left -= BLOCK) {
                send(block.position(0).limit(Math.min(left, BLOCK)));
            }
            receive(1);
        };
    }

    /** From the guest to the host, to the last byte. */
    public Peer out(int bytes) {
        return new Peer(NAME, () -> {
            command('o', bytes);
            receive(bytes);
        });
    }

    /** Likewise, from a file that {@link #intoFile} has written. */
    public Peer fromFile(int bytes) {
        return new Peer(NAME_WITH_FILE, () -> {
            command('r', bytes);
            receive(bytes);
        });
    }

    private void command(char letter, int bytes) throws IOException {
        send(ByteBuffer.allocate(9).put((byte) letter).putLong(bytes).flip());
    }

    private void send(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    private void receive(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
        int left = bytes;
        while (left > 0) {
            int count = channel.read(buffer.position(0).limit(Math.min(left, BLOCK)));
            if (count < 0) {
                throw new EOFException("bare port: closed with " + left + " bytes to come (expected: 0)");
            }
            left -= count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
