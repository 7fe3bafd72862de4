package dev.mulligan.host.cli.bench.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * A machine of the same shape and image as a sandbox, driven by {@code virsh} alone: what snapshots cost without
 * Mulligan. Its files are in a directory of its own, removed at the end.
 */
public final class VirshPeer {
    /** Before the run's own word: how {@code mulligan doctor} knows what a killed run has left. */
    private static final String PREFIX = "mulligan-bench-peer-";

    private final String name;
    private final String uri;
    private final Path directory;
    private final PortProbe port;
    private int snapshots;

    private VirshPeer(String run, Path directory) {
        this.name = PREFIX + run;
        this.uri = uri();
        this.directory = directory;
        this.port = new PortProbe(directory.resolve("port"));
    }

    /**
     * Prepares it.
     *
     * @param run that it belongs to: a word that no other run has
     * @param directory does not exist yet; QEMU's user must be able to reach it
     */
    public static VirshPeer of(String run, Path directory) {
        return new VirshPeer(run, directory);
    }

    /** The daemon that holds the sandboxes' machines as well. */
    static String uri() {
        return "root".equals(System.getProperty("user.name")) ? "qemu:///system" : "qemu:///session";
    }

    /** The domain of a running sandbox. */
    static String domainOf(String sandbox) throws IOException, InterruptedException {
        return Program.run("virsh", "-q", "-c", uri(), "list", "--name")
                .lines()
                .filter(domain -> domain.startsWith("mulligan-" + sandbox + "-"))
                .findFirst()
                .orElseThrow(() -> new IOException("no running domain of sandbox " + sandbox));
    }

    /**
     * Boots it, until its guest answers.
     *
     * @param sandbox whose shape it takes; it runs
     * @param image the directory of its image
     */
    public void boot(String sandbox, Path image) throws IOException, InterruptedException {
        String domain = domainOf(sandbox);
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path disk = directory.resolve("disk.qcow2");
        String base = image.resolve("disk.qcow2").toString();
        Program.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", disk.toString());
        String arguments = new ObjectMapper()
                .readTree(image.resolve("manifest.json").toFile())
                .path("kernelArguments")
                .asText();
        Path xml = directory.resolve("domain.xml");
        Files.writeString(
                xml,
                PeerDomain.rewrite(
                        virsh("dumpxml", domain),
                        name,
                        new PeerDomain.Boot(image.resolve("kernel"), image.resolve("initrd"), arguments),
                        disk,
                        directory.resolve("port"),
                        directory.resolve("serial.log")));
        virsh("define", xml.toString());
        virsh("start", name);
        port.awaitAnswer();
    }

    /** Takes a snapshot of memory and disk; what it leaves is kept, so that the last one can be reverted to. */
    public Peer snapshot() {
        return new Peer("virsh snapshot-create-as", this::take);
    }

    public Peer diskSnapshot() {
        return new Peer("virsh snapshot-create-as --disk-only", () -> {
            String snapshot = next();
            virsh("snapshot-create-as", name, snapshot, "--disk-only", "--atomic", "--diskspec", disk(snapshot));
        });
    }

    /** Reverts to a snapshot taken before, until the guest answers. */
    public Peer revert() {
        return new Peer("virsh snapshot-revert", new Timed() {
            private String snapshot = "";

            @Override
            public void prepare() throws IOException, InterruptedException {
                snapshot = take();
            }

            @Override
            public void run() throws IOException, InterruptedException {
                virsh("snapshot-revert", name, snapshot, "--running");
                port.awaitAnswer();
            }
        });
    }

    private String take() throws IOException, InterruptedException {
        String snapshot = next();
        String memory = "file=" + directory.resolve(snapshot + ".memory") + ",snapshot=external";
        virsh("snapshot-create-as", name, snapshot, "--memspec", memory, "--diskspec", disk(snapshot));
        return snapshot;
    }

    private String next() {
        snapshots++;
        return "s" + snapshots;
    }

    private String disk(String snapshot) {
        return "vda,snapshot=external,file=" + directory.resolve(snapshot + ".qcow2");
    }

    private String virsh(String... arguments) throws IOException, InterruptedException {
        return Program.run(Stream.concat(Stream.of("virsh", "-q", "-c", uri), Stream.of(arguments))
                .toList());
    }

    /** Removes what was made, also where a command was cut off. */
    public void stop() throws IOException, InterruptedException {
        if (virsh("list", "--all", "--name").lines().anyMatch(name::equals)) {
            if (virsh("list", "--name").lines().anyMatch(name::equals)) {
                virsh("destroy", name);
            }
            virsh("undefine", name, "--snapshots-metadata");
        }
    }
}
