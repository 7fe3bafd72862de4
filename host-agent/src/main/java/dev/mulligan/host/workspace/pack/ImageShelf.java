package dev.mulligan.host.workspace.pack;

import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of images: {@code DIGEST.erofs} with its {@code DIGEST.list}, and for each folder that was packed a
 * {@code KEY.folder}, which says what it looked like and which image it became. Beyond a size the images go that were
 * not used for longest, but for those that a machine has.
 */
final class ImageShelf {
    private static final Logger LOG = LoggerFactory.getLogger(ImageShelf.class);
    private static final String IMAGE = ".erofs";
    private static final String LIST = ".list";
    private static final String FOLDER = ".folder";
    private static final String UNFINISHED = ".packing";

    private final Path directory;
    private final DataSize most;
    private final Supplier<Set<Path>> inUse;
    private final Clock clock;
    private final AtomicInteger counter = new AtomicInteger();
    // Guarded by this.
    private final Map<Path, Integer> held = new HashMap<>();

    /** @param inUse the images that machines or their checkpoints have */
    ImageShelf(Path directory, DataSize most, Supplier<Set<Path>> inUse, Clock clock) {
        this.directory = directory;
        this.most = most;
        this.inUse = inUse;
        this.clock = clock;
    }

    /** Makes the directory, and removes what a host agent that was killed was packing. */
    void open() throws IOException {
        Files.createDirectories(directory);
        // QEMU's user passes through, and sees no names.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        for (Path file : files(UNFINISHED)) {
            Files.deleteIfExists(file);
        }
    }

    Path directory() {
        return directory;
    }

    Path image(String digest) {
        return directory.resolve(digest + IMAGE);
    }

    /** What the image of that name has, if it is there. */
    Optional<PackedList> list(String digest) {
        return Files.exists(image(digest))
                ? PackedList.read(directory.resolve(digest + LIST), digest)
                : Optional.empty();
    }

    /** A name for an image that is being written. */
    Path unfinished() {
        return directory.resolve(counter.incrementAndGet() + UNFINISHED);
    }

    /** Keeps an image that is whole and on the disk. */
    void keep(Path finished, PackedList list, String digest) throws IOException {
        Path written = unfinished();
        list.write(written);
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(finished, PosixFilePermissions.fromString("rw-------"));
        Files.move(written, directory.resolve(digest + LIST), StandardCopyOption.ATOMIC_MOVE);
        if (Files.exists(image(digest))) {
            // The same bytes; and machines may have that one.
            Files.delete(finished);
        } else {
            Files.move(finished, image(digest), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * What a folder looked like when it was packed, and what it became.
     *
     * @param fingerprint empty if a change might not show
     */
    record Memory(String fingerprint, String digest) {}

    Optional<Memory> memory(String key) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve(key + FOLDER), StandardCharsets.US_ASCII);
            return lines.size() == 2 ? Optional.of(new Memory(lines.get(0), lines.get(1))) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    void remember(String key, Memory memory) throws IOException {
        Path written = unfinished();
        Files.writeString(written, memory.fingerprint() + "\n" + memory.digest() + "\n", StandardCharsets.US_ASCII);
        Files.move(written, directory.resolve(key + FOLDER), StandardCopyOption.ATOMIC_MOVE);
    }

    /** An image is used: it stays at least until that is closed. */
    Hold hold(String digest) throws IOException {
        Path image = image(digest);
        synchronized (this) {
            held.merge(image, 1, Integer::sum);
        }
        Files.setLastModifiedTime(image, FileTime.from(clock.instant()));
        return () -> {
            synchronized (this) {
                held.computeIfPresent(image, (path, count) -> count == 1 ? null : count - 1);
            }
        };
    }

    /** Keeps an image from being removed. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** Removes what is too much. */
    void clean() throws IOException {
        Set<Path> needed = inUse.get();
        long left = most.bytes();
        List<Path> images = files(IMAGE).stream()
                .sorted(Comparator.comparing(ImageShelf::used).reversed())
                .toList();
        for (Path image : images) {
            left -= Files.size(image);
            if (left < 0 && !needed.contains(image)) {
                remove(image);
            }
        }
        for (Path folder : files(FOLDER)) {
            String name = folder.getFileName().toString();
            String key = name.substring(0, name.length() - FOLDER.length());
            if (memory(key).filter(known -> Files.exists(image(known.digest()))).isEmpty()) {
                Files.deleteIfExists(folder);
            }
        }
    }

    private synchronized void remove(Path image) throws IOException {
        if (held.containsKey(image)) {
            return;
        }
        LOG.info("image {} of a folder was not used for longest and goes", image.getFileName());
        String name = image.getFileName().toString();
        Files.deleteIfExists(image);
        Files.deleteIfExists(directory.resolve(name.substring(0, name.length() - IMAGE.length()) + LIST));
    }

    private static FileTime used(Path image) {
        try {
            return Files.getLastModifiedTime(image);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .toList();
        }
    }
}
