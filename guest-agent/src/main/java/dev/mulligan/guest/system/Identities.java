package dev.mulligan.guest.system;

import dev.mulligan.guest.linux.Command;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.SystemCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Makes this machine another one than that whose memory and disk it continues. Nothing here starts a program while the
 * host waits: host keys of SSH are only removed then, and made again in the background.
 */
final class Identities {
    private static final System.Logger LOG = System.getLogger(Identities.class.getName());
    private static final int SEED_BYTES = 512;
    private static final Path KEY_MAKER = Path.of("/usr/bin/ssh-keygen");

    private final Path root;
    private final Executor executor;
    private final KernelName kernel;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param root of the file system; / but for tests
     * @param executor makes host keys
     */
    Identities(Path root, Executor executor) {
        this(root, executor, Identities::setHostName);
    }

    Identities(Path root, Executor executor, KernelName kernel) {
        this.root = root;
        this.executor = executor;
        this.kernel = kernel;
    }

    /** The host name that the kernel knows; only root may set it. */
    interface KernelName {
        void set(String name) throws IOException;
    }

    /** Becomes this one; the kernel's entropy is set already. A machine that is this one already keeps its host keys. */
    synchronized void become(MachineIdentity identity) throws IOException {
        kernel.set(identity.hostName());
        boolean withoutKeys = !isAlready(identity) && removeHostKeys();
        writeFiles(identity);
        if (withoutKeys) {
            executor.execute(this::makeHostKeys);
        }
    }

    boolean isAlready(MachineIdentity identity) throws IOException {
        Path file = root.resolve("etc/machine-id");
        return Files.exists(file)
                && Files.readString(file, StandardCharsets.ISO_8859_1).equals(identity.machineId() + "\n");
    }

    private static void setHostName(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            Kernel.call(SystemCall.SETHOSTNAME, copy.address(), bytes.length);
        }
    }

    /** All that is on the disk; also where the host name of the kernel is none of ours to set. */
    void writeFiles(MachineIdentity identity) throws IOException {
        String id = identity.machineId() + "\n";
        // All in place: some systems mount a file there; a file that is replaced costs an emulated clone thousands of
        // instructions that it never ran before; and what a cut leaves behind is written again by the next connection.
        overwrite("etc/machine-id", id);
        Path bus = root.resolve("var/lib/dbus/machine-id");
        if (Files.exists(bus) && !Files.isSymbolicLink(bus)) {
            overwrite("var/lib/dbus/machine-id", id);
        }
        overwrite("etc/hostname", identity.hostName() + "\n");
        overwrite("etc/hosts", hosts(identity.hostName()));
        // What was random once is the same in every clone.
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        Path state = root.resolve("var/lib/systemd");
        if (Files.isDirectory(state)) {
            Path stored = state.resolve("random-seed");
            boolean there = Files.exists(stored);
            overwrite("var/lib/systemd/random-seed", seed);
            if (!there) {
                Files.setPosixFilePermissions(stored, PosixFilePermissions.fromString("rw-------"));
            }
            Files.deleteIfExists(state.resolve("credential.secret"));
        }
    }

    /** The addresses of this machine's own name go to the new one. */
    private String hosts(String name) throws IOException {
        Path file = root.resolve("etc/hosts");
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                if (!line.startsWith("127.0.1.1") && !line.isEmpty()) {
                    lines.add(line);
                }
            }
        }
        lines.add("127.0.1.1 " + name);
        return String.join("\n", lines) + "\n";
    }

    /**
     * Without cutting the file to nothing first: ext4 writes such a file out when it is closed (ext4(5), auto_da_alloc),
     * and every reader expects something at any time.
     */
    private void overwrite(String path, byte[] content) throws IOException {
        try (var channel =
                Files.newByteChannel(root.resolve(path), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            channel.write(ByteBuffer.wrap(content));
            if (channel.size() > content.length) {
                channel.truncate(content.length);
            }
        }
    }

    private void overwrite(String path, String text) throws IOException {
        overwrite(path, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private boolean removeHostKeys() throws IOException {
        Path directory = root.resolve("etc/ssh");
        boolean removed = false;
        if (Files.isDirectory(directory)) {
            try (var keys = Files.newDirectoryStream(directory, "ssh_host_*_key*")) {
                for (Path key : keys) {
                    Files.delete(key);
                    removed = true;
                }
            }
        }
        return removed;
    }

    private void makeHostKeys() {
        if (!Files.exists(KEY_MAKER)) {
            return;
        }
        try {
            Command.run(List.of(KEY_MAKER.toString(), "-A"));
            // One that runs still has the old ones in memory.
            Command.run(List.of("/usr/bin/systemctl", "--no-block", "try-restart", "ssh.service"));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "host keys of SSH: not made: {0}", e.getMessage());
        }
    }
}
