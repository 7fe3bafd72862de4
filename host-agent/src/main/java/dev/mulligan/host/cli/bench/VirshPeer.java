package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * A machine of the same shape and image as a sandbox, driven by {@code virsh} alone: what snapshots cost without
 * Mulligan. Its files are in a directory of its own, removed at the end.
 */
final class VirshPeer {
    private static final String NAME = "mulligan-bench-peer";

    private final String uri;
    private final Path directory;
    private final PortProbe port;
    private int snapshots;

    private VirshPeer(String uri, Path directory) {
        this.uri = uri;
        this.directory = directory;
        this.port = new PortProbe(directory.resolve("port"));
    }

    /**
     * Boots it.
     *
     * @param sandbox whose shape it takes; it runs
     * @param image the disk below
     * @param directory does not exist yet; QEMU's user must be able to reach it
     */
    static VirshPeer boot(String sandbox, Path image, Path directory) throws IOException, InterruptedException {
        String uri = "root".equals(System.getProperty("user.name")) ? "qemu:///system" : "qemu:///session";
        String domain = Program.run("virsh", "-q", "-c", uri, "list", "--name")
                .lines()
                .filter(name -> name.startsWith("mulligan-" + sandbox + "-"))
                .findFirst()
                .orElseThrow(() -> new IOException("no running domain of sandbox " + sandbox));
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        VirshPeer peer = new VirshPeer(uri, directory);
        try {
            Path disk = directory.resolve("disk.qcow2");
            Program.run(
                    "qemu-img", "create", "-q", "-f", "qcow2", "-b", image.toString(), "-F", "qcow2", disk.toString());
            Path xml = directory.resolve("domain.xml");
            Files.writeString(
                    xml,
                    PeerDomain.rewrite(
                            peer.virsh("dumpxml", domain),
                            NAME,
                            disk,
                            directory.resolve("port"),
                            directory.resolve("serial.log")));
            peer.virsh("define", xml.toString());
            peer.virsh("start", NAME);
            peer.port.awaitAnswer();
            return peer;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            peer.stop();
            throw failure;
        }
    }

    /** Takes a snapshot of memory and disk; what it leaves is kept, so that the last one can be reverted to. */
    Peer snapshot() {
        return new Peer("virsh snapshot-create-as", this::take);
    }

    Peer diskSnapshot() {
        return new Peer("virsh snapshot-create-as --disk-only", () -> {
            String name = next();
            virsh("snapshot-create-as", NAME, name, "--disk-only", "--atomic", "--diskspec", disk(name));
        });
    }

    /** Reverts to a snapshot taken before, until the guest answers. */
    Peer revert() {
        return new Peer("virsh snapshot-revert", new Timed() {
            private String name = "";

            @Override
            public void prepare() throws IOException, InterruptedException {
                name = take();
            }

            @Override
            public void run() throws IOException, InterruptedException {
                virsh("snapshot-revert", NAME, name, "--running");
                port.awaitAnswer();
            }
        });
    }

    private String take() throws IOException, InterruptedException {
        String name = next();
        String memory = "file=" + directory.resolve(name + ".memory") + ",snapshot=external";
        virsh("snapshot-create-as", NAME, name, "--memspec", memory, "--diskspec", disk(name));
        return name;
    }

    private String next() {
        snapshots++;
        return "s" + snapshots;
    }

    private String disk(String name) {
        return "vda,snapshot=external,file=" + directory.resolve(name + ".qcow2");
    }

    private String virsh(String... arguments) throws IOException, InterruptedException {
        return Program.run(Stream.concat(Stream.of("virsh", "-q", "-c", uri), Stream.of(arguments))
                .toList());
    }

    /** Removes what was made. */
    void stop() throws IOException, InterruptedException {
        for (List<String> step : List.of(List.of("destroy", NAME), List.of("undefine", NAME, "--snapshots-metadata"))) {
            try {
                virsh(step.toArray(String[]::new));
            } catch (IOException gone) {
                // Not running, or never defined: what is wanted.
            }
        }
        Cleanup.removeTree(directory);
    }
}
