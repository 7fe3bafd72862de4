package dev.mulligan.host.workspace.pack;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.erofs.ErofsWriter;
import dev.mulligan.host.workspace.erofs.Owner;
import dev.mulligan.host.workspace.linux.KernelException;
import dev.mulligan.host.workspace.pack.ImageShelf.Hold;
import dev.mulligan.host.workspace.pack.ImageShelf.Memory;
import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Packs folders into images, and keeps those for the next time: a folder in which nothing changed is only looked at, and
 * of one in which something did only that is read. Safe for use by several threads; two that want the same folder go one
 * after the other.
 */
public final class FolderPacker {
    /** The guest's user {@code agent}, whom the files belong to there. */
    private static final Owner AGENT = new Owner(1000, 1000);

    private static final long MOST_ENTRIES = 1_000_000;

    private final ImageShelf shelf;
    private final Clock clock;
    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

    private FolderPacker(ImageShelf shelf, Clock clock) {
        this.shelf = shelf;
        this.clock = clock;
    }

    /**
     * Opens the directory of images, which is made if it is not there.
     *
     * @param most how much the images may take before those that nobody uses go
     * @param inUse the images that machines or their checkpoints have
     */
    public static FolderPacker open(Path directory, DataSize most, Supplier<Set<Path>> inUse, Clock clock) {
        ImageShelf shelf = new ImageShelf(directory, most, inUse, clock);
        try {
            shelf.open();
        } catch (IOException failed) {
            throw storage(directory, failed);
        }
        return new FolderPacker(shelf, clock);
    }

    /**
     * Packs a folder as it is now. Devices, FIFOs, sockets, set-user-id bits, extended attributes and other file systems
     * below it do not travel; links stay links, and none is followed.
     *
     * @param folder which may be reached through links
     * @param excludes patterns of what does not travel, as in a {@code .mulliganignore} at its top
     * @throws HostException {@code NO_SUCH_FILE}, {@code INVALID_ARGUMENT}, {@code FILE_DENIED}, {@code HOST_DISK_FULL}
     */
    public PackedFolder pack(Path folder, List<String> excludes) {
        Path real = real(folder);
        IgnoreRules rules = IgnoreRules.excluding(excludes);
        String key = key(real, excludes);
        ReentrantLock turn = turns.computeIfAbsent(key, _ -> new ReentrantLock());
        turn.lock();
        try {
            return packInTurn(real, rules, key);
        } catch (KernelException refused) {
            throw HostException.of(
                            refused.isDenied() ? HostErrorCode.FILE_DENIED : HostErrorCode.NO_SUCH_FILE,
                            "folder to pack")
                    .value(folder)
                    .expected("a folder that the host agent may read")
                    .cause(refused)
                    .build();
        } catch (ClosedByInterruptException interrupted) {
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while packing a folder")
                    .value(folder)
                    .cause(interrupted)
                    .build();
        } catch (IOException failed) {
            throw storage(folder, failed);
        } finally {
            turn.unlock();
        }
    }

    /** What an image of that name has; empty if it is gone. */
    public Optional<PackedFolder> find(String digest) {
        Optional<PackedList> list = shelf.list(digest);
        if (list.isEmpty()) {
            return Optional.empty();
        }
        try {
            Hold hold = shelf.hold(digest);
            return Optional.of(folder(digest, list.get(), false, List.of(), List.of(), hold));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private PackedFolder packInTurn(Path folder, IgnoreRules rules, String key) throws IOException {
        Survey.Result seen = survey(folder, rules);
        Optional<Memory> memory = shelf.memory(key);
        Optional<PackedList> former = memory.flatMap(known -> shelf.list(known.digest()));
        if (former.isPresent() && memory.get().fingerprint().equals(seen.fingerprint())) {
            String digest = memory.get().digest();
            return folder(digest, former.get(), false, seen.leftOut(), List.of(), shelf.hold(digest));
        }
        if (seen.entries() > MOST_ENTRIES) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "folder to pack")
                    .value(folder + " with " + seen.entries() + " entries")
                    .expected("at most " + MOST_ENTRIES)
                    .remedy("grant a folder below it, or exclude some of it in a " + IgnoreRules.FILE)
                    .build();
        }
        requireRoom(folder, seen);
        return packAnew(folder, rules, key, seen.fingerprint(), memory, former);
    }

    private Survey.Result survey(Path folder, IgnoreRules rules) throws IOException {
        Survey survey = new Survey();
        new FolderWalk<>(survey).run(folder, new Survey.Top(), rules);
        return survey.result();
    }

    private void requireRoom(Path folder, Survey.Result seen) throws IOException {
        long free = Files.getFileStore(shelf.directory()).getUsableSpace();
        if (free < seen.bytes()) {
            throw HostException.of(HostErrorCode.HOST_DISK_FULL, "room for an image of a folder")
                    .value(folder + ", " + DataSize.ofBytes(seen.bytes()))
                    .expected("at most the " + DataSize.ofBytes(free) + " that are free in " + shelf.directory())
                    .remedy("free space on the host, or exclude some of it in a " + IgnoreRules.FILE)
                    .build();
        }
    }

    private PackedFolder packAnew(
            Path folder,
            IgnoreRules rules,
            String key,
            String fingerprint,
            Optional<Memory> memory,
            Optional<PackedList> before)
            throws IOException {
        long begun = Status.nanos(clock.instant());
        Path unfinished = shelf.unfinished();
        try (Former former = before.isPresent()
                        ? Former.of(shelf.image(memory.orElseThrow().digest()), before.get())
                        : Former.none();
                ErofsWriter writer = ErofsWriter.create(unfinished, AGENT)) {
            Packing packing = new Packing(writer, former);
            new FolderWalk<>(packing).run(folder, writer.root(), rules);
            writer.finish();
            PackedList list = new PackedList(packing.entries(), begun);
            String digest = list.digest();
            shelf.keep(unfinished, list, digest);
            Hold hold = shelf.hold(digest);
            shelf.remember(key, new Memory(list.isCertain() ? fingerprint : "", digest));
            shelf.clean();
            return folder(digest, list, true, packing.leftOut(), packing.unsteady(), hold);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private PackedFolder folder(
            String digest, PackedList list, boolean read, List<LeftOut> leftOut, List<String> unsteady, Hold hold) {
        long bytes = list.entries().stream().mapToLong(PackedEntry::size).sum();
        PackReport report = new PackReport(list.entries().size(), bytes, read, leftOut, unsteady);
        return new PackedFolder(digest, shelf.image(digest), list, report, hold);
    }

    private static Path real(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (Files.isDirectory(real)) {
                return real;
            }
        } catch (IOException missing) {
            throw noFolder(folder, missing);
        }
        throw noFolder(folder, null);
    }

    private static HostException noFolder(Path folder, @Nullable IOException cause) {
        HostException.Builder failure = HostException.of(HostErrorCode.NO_SUCH_FILE, "folder to pack")
                .value(folder)
                .expected("a folder that exists")
                .remedy("correct the path in the scope");
        return (cause == null ? failure : failure.cause(cause)).build();
    }

    private static String key(Path folder, List<String> excludes) {
        Fingerprint key = new Fingerprint().add(ByteString.copyFromUtf8(folder.toString()));
        excludes.forEach(pattern -> key.add(ByteString.copyFromUtf8(pattern)));
        return key.end();
    }

    private static HostException storage(Path path, IOException failed) {
        boolean full = String.valueOf(failed.getMessage()).contains("No space left");
        return HostException.of(full ? HostErrorCode.HOST_DISK_FULL : HostErrorCode.INTERNAL, "packing of a folder")
                .value(path)
                .expected(full ? "room for an image of it" : "that it can be read, and the image be written")
                .remedy(full ? "free space on the host" : "look at the cause: " + failed.getMessage())
                .cause(failed)
                .build();
    }
}
