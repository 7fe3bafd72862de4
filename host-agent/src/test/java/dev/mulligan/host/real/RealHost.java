package dev.mulligan.host.real;

import dev.mulligan.host.sandbox.AttachedFiles;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.image.BuildEvent;
import dev.mulligan.image.BuildOptions;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageRef;
import dev.mulligan.image.ImageStore;
import dev.mulligan.image.ImageStoreConfig;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.MachineDirectory;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmManagerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A directory in which real machines and their images can live for the time of a test class. The image {@code base}
 * is built once, in {@code MULLIGAN_IMAGE_CACHE}, and found again by the next class. So are templates, which take a
 * minute each: one class after another uses the same directory, as host agents do that follow each other, and the last
 * one's templates go with the Java process.
 */
public final class RealHost implements AutoCloseable {
    private static final Path GUEST_AGENT = Path.of("../guest-agent/target/mulligan-guest-agent.tar");
    private static final Path RECIPES = Path.of("../images/recipes");

    private static final Path CACHE = Optional.ofNullable(System.getenv("MULLIGAN_IMAGE_CACHE"))
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .orElse(Path.of("target", "images"))
            .toAbsolutePath();

    private static final AtomicReference<Optional<Path>> FREE = new AtomicReference<>(Optional.empty());

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> FREE.get().ifPresent(left -> remove(left, file -> false))));
    }

    private final Path directory;
    private final boolean keepsTemplates;
    private final Image base;
    private final ImageStore images;

    /** With the templates that the classes before have made. */
    public RealHost() {
        this(true);
    }

    private RealHost(boolean keepsTemplates) {
        // First: without an image there is nothing to clean up.
        this.base = build();
        this.keepsTemplates = keepsTemplates;
        this.directory = (keepsTemplates ? FREE.getAndSet(Optional.empty()) : Optional.<Path>empty())
                .orElseGet(MachineDirectory::create);
        try {
            Files.createDirectories(state());
            Files.createSymbolicLink(state().resolve("images"), CACHE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        this.images = openImages(state().resolve("images"));
    }

    /** As a host is on which Mulligan has never run. */
    public static RealHost withoutTemplates() {
        return new RealHost(false);
    }

    public Path directory() {
        return directory;
    }

    /** The state directory of a host agent; {@code images} in it is a link to {@link #images}. */
    public Path state() {
        return directory.resolve("state");
    }

    public VmManager openMachines() {
        return VmManager.open(VmManagerConfig.of(state().resolve("machines")));
    }

    /** Packs folders for sandboxes of these machines. */
    public FolderPacker packer(VmManager vms) {
        return FolderPacker.open(
                directory.resolve("workspaces"),
                DataSize.ofGibibytes(10),
                new AttachedFiles(() -> vms),
                Clock.systemUTC());
    }

    /** The images, {@code base} among them. */
    public ImageStore images() {
        return images;
    }

    /** The image {@code base} where it was built: below no state directory. */
    Image base() {
        return base;
    }

    private static ImageStore openImages(Path directory) {
        return ImageStore.open(ImageStoreConfig.of(directory, RECIPES, GUEST_AGENT, System.getenv()));
    }

    private static Image build() {
        ImageStore store = openImages(CACHE);
        if (Files.exists(GUEST_AGENT)) {
            // A hit in the cache unless recipe or guest agent have changed; the store sees to it that one builds.
            AtomicReference<String> phase = new AtomicReference<>("");
            store.build(store.recipe("base"), BuildOptions.defaults(), event -> {
                if (event instanceof BuildEvent.Progress progress
                        && !progress.phase().equals(phase.getAndSet(progress.phase()))) {
                    System.err.println("image base: " + progress.phase());
                }
            });
        }
        return store.find(new ImageRef("base"))
                .orElseThrow(() -> new AssertionError("neither a guest agent nor an image in " + CACHE));
    }

    /** The process of a machine, found by its command line as an administrator would. */
    public Optional<ProcessHandle> process(Vm vm) {
        return processBelow(vm.guestPort().resolveSibling("files"));
    }

    /** The process of the machine whose files are below this directory. */
    public Optional<ProcessHandle> processBelow(Path place) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = commandLine(process);
                    return line.contains("qemu-system") && line.contains(place.toString());
                })
                .findFirst();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** Keeps the consoles where the build keeps its reports. */
    public void keepLogs(String test) {
        try (Stream<Path> files = Files.walk(directory)) {
            Path target = Files.createDirectories(Path.of("target", "vm-logs", test));
            List<Path> logs = files.filter(file -> file.getFileName()
                            .toString()
                            .matches("serial\\.log|vm\\.json|.*\\.xml|host-agent\\.log|daemon\\.out"))
                    .toList();
            for (Path log : logs) {
                String name = directory.relativize(log).toString().replace('/', '-');
                Files.write(target.resolve(name), Files.readAllBytes(log));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        Path templates = state().resolve("machines/.templates");
        boolean keep = keepsTemplates && Files.isDirectory(templates);
        remove(directory, file -> keep && (file.startsWith(templates) || templates.startsWith(file)));
        if (keep) {
            FREE.set(Optional.of(directory));
        }
    }

    private static void remove(Path directory, Predicate<Path> kept) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder())
                    .filter(kept.negate())
                    .toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
