package dev.mulligan.host.cli.bench;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.bench.peer.BarePort;
import dev.mulligan.host.cli.bench.peer.DockerPeer;
import dev.mulligan.host.cli.bench.peer.VirshPeer;
import dev.mulligan.proto.host.v1.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What rows share: a sandbox, a container, a machine of virsh's. Each is made when a row first asks for it, and removed
 * when the workbench is closed. Not safe for use by several threads.
 */
final class Workbench implements AutoCloseable {
    static final int BULK_BYTES = 100 << 20;
    /** Before the run's own word: how {@code mulligan doctor} knows what a killed run has left beside the state. */
    private static final String FOLDERS = "mulligan-bench-";

    private final BenchClient client;
    private final Abilities abilities;
    private final Freshness freshness;
    private final Image image;
    private final Path imageDirectory;
    private final HostDirectories state;
    private final Path directory;
    private final Path beside;
    private final Surroundings surroundings;
    private final String run;
    private final Consumer<String> progress;
    private final Cleanup cleanup;
    private final List<String> notes = new ArrayList<>();
    private final Once<DockerPeer> docker = new Once<>("Docker", this::makeDocker, notes::add);
    private final Once<VirshPeer> virsh = new Once<>("virsh", this::makeVirsh, notes::add);
    private final Once<BarePort> port = new Once<>("bare port", this::makePort, notes::add);
    private @Nullable String sandbox;
    private @Nullable DeepChain chain;
    private @Nullable FolderBench folders;

    /**
     * What else is around this process.
     *
     * @param home Mulligan's own folder; empty if the launcher did not say
     * @param endpoint where the host agent answers
     */
    record Surroundings(Optional<Path> home, String endpoint) {}

    /**
     * Makes nothing yet but a directory.
     *
     * @param run a word that no other run has
     */
    Workbench(
            BenchClient client,
            Abilities abilities,
            Image image,
            HostDirectories state,
            Surroundings surroundings,
            String run,
            Consumer<String> progress)
            throws IOException {
        this.client = client;
        this.abilities = abilities;
        this.freshness = new Freshness(abilities.pool().there());
        this.image = image;
        this.imageDirectory = state.images().resolve(image.getDigest().replace("sha256:", ""));
        this.directory = state.state().resolve("bench-" + run);
        this.beside = state.state().toAbsolutePath().resolveSibling(FOLDERS + run);
        this.state = state;
        this.surroundings = surroundings;
        this.run = run;
        this.progress = progress;
        this.cleanup = new Cleanup(progress);
        Files.createDirectory(directory);
        cleanup.add("bench directory", () -> Cleanup.removeTree(directory));
        cleanup.add("folders", this::removeFolders);
        cleanup.add("sandboxes", client::deleteAll);
        cleanup.add("hold on the pool", () -> abilities.pool().release());
    }

    BenchClient client() {
        return client;
    }

    Abilities abilities() {
        return abilities;
    }

    Freshness freshness() {
        return freshness;
    }

    /** Of every sandbox here: its digest, so that a build meanwhile changes nothing. */
    String image() {
        return image.getDigest();
    }

    Path directory() {
        return directory;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** So many sandboxes at once. */
    Density crowd(int count) {
        return new Density(this, new QemuMemory(Path.of("/proc"), state.machines()), count, progress);
    }

    /** What to know about the whole run, so far. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** One that runs and is shared by rows that leave it as it was. */
    String sandbox() throws Exception {
        if (sandbox == null) {
            progress.accept("creating a sandbox");
            sandbox = client.create(image());
        }
        return sandbox;
    }

    /** A further one, for a row that wants it for itself; it is deleted at the end. */
    String anotherSandbox() throws Exception {
        progress.accept("creating a sandbox of its own");
        return client.create(image());
    }

    /** One on a long chain of checkpoints. */
    DeepChain chain() throws Exception {
        if (chain == null) {
            chain = new DeepChain(client, anotherSandbox(), progress);
        }
        return chain;
    }

    /** Folders of the host, and tasks that are granted them. */
    FolderBench folders() throws Exception {
        if (folders == null) {
            folders = FolderBench.open(client.tasks(), beside, anotherSandbox());
        }
        return folders;
    }

    private void removeFolders() throws IOException {
        if (Files.exists(beside)) {
            Cleanup.removeTree(beside);
        }
    }

    /** A row has failed: what it shared with others may be broken. Deleted at the end. */
    void distrust() {
        sandbox = null;
        chain = null;
        folders = null;
    }

    /** Docker with a container that runs; empty where there is none, and the notes say why. */
    Optional<DockerPeer> docker() throws Exception {
        return docker.get();
    }

    private DockerPeer makeDocker() throws IOException, InterruptedException {
        progress.accept("handing the image to Docker");
        DockerPeer.versions();
        DockerPeer peer = DockerPeer.of(run);
        cleanup.add("Docker containers and image", peer::stop);
        peer.start(imageDirectory.resolve("root.tar"));
        return peer;
    }

    /** A machine of virsh's that runs; empty where there can be none, and the notes say why. */
    Optional<VirshPeer> virsh() throws Exception {
        return virsh.get();
    }

    private VirshPeer makeVirsh() throws Exception {
        String shape = sandbox();
        progress.accept("booting a machine for virsh");
        VirshPeer peer = VirshPeer.of(run, directory.resolve("virsh"));
        cleanup.add("machine of virsh", peer::stop);
        peer.boot(shape, imageDirectory);
        return peer;
    }

    /** A port with nothing above it, of a machine of its own; empty where there can be none, and the notes say why. */
    Optional<BarePort> barePort() throws Exception {
        return port.get();
    }

    private BarePort makePort() throws Exception {
        String spoilt = anotherSandbox();
        BarePort plugged = BarePort.attach(spoilt, directory.resolve("port"));
        cleanup.add("bare port", plugged::close);
        // Ends with the sandbox.
        Thread _ = Thread.ofVirtual().start(() -> serve(spoilt));
        return plugged;
    }

    private void serve(String spoilt) {
        try {
            client.exec(spoilt, true, List.of("python3", "-c", BarePort.GUEST_PROGRAM));
        } catch (Exception ended) {
            // As it must, when the sandbox is deleted; before that, whoever waits for its answer says so.
        }
    }

    /** A file of {@link #BULK_BYTES} that nobody can compress to nothing. */
    Path bulk() throws IOException {
        Path file = directory.resolve("bulk");
        if (!Files.exists(file)) {
            byte[] block = new byte[1 << 20];
            new Random(1).nextBytes(block);
            try (OutputStream output = Files.newOutputStream(file)) {
                for (int written = 0; written < BULK_BYTES; written += block.length) {
                    output.write(block);
                }
            }
        }
        return file;
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
