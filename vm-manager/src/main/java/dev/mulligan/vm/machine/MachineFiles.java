package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of one machine.
 *
 * <pre>
 * vm.json       the record; replaced in one step, never changed in place
 * vm.json.new   the next record while it is being written
 * files/        layer-N.qcow2, memory-N.save, throwaway-N.qcow2: only what the record names
 * port.sock     the guest port, while there is a process
 * serial.log*   the console
 * </pre>
 *
 * @param root the directory
 */
record MachineFiles(Path root) {

    static final String RECORD = "vm.json";

    Path record() {
        return root.resolve(RECORD);
    }

    Path port() {
        return root.resolve("port.sock");
    }

    Path serialLog() {
        return root.resolve("serial.log");
    }

    Path file(String name) {
        return root.resolve("files").resolve(name);
    }

    /** Makes the empty directories; passable but not readable for the hypervisor's user. */
    void create() {
        attempt("machine directory", () -> {
            Permissions.createDirectory(root);
            Permissions.createDirectory(root.resolve("files"));
        });
    }

    MachineRecord load() {
        try {
            return MachineRecordJson.read(Files.readString(record()));
        } catch (IOException | IllegalArgumentException e) {
            throw new VmException(
                    VmErrorCode.STORAGE_FAILED,
                    "machine record: " + record() + " (expected: a readable record of format "
                            + MachineRecordJson.FORMAT + "); restore it from a backup or remove the directory",
                    e);
        }
    }

    /** Replaces the record: afterwards, whatever happens, either the old or the new one is there. */
    void store(MachineRecord record) {
        attempt("machine record", () -> {
            Path next = root.resolve(RECORD + ".new");
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(MachineRecordJson.write(record));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Permissions.ownerOnly(next);
            Files.move(next, record(), StandardCopyOption.ATOMIC_MOVE);
            sync(root);
        });
    }

    /** Files that the record does not need. */
    List<Path> unneeded(MachineRecord record) {
        Set<String> needed = record.files();
        return list(root.resolve("files")).stream()
                .filter(file -> !needed.contains(file.getFileName().toString()))
                .toList();
    }

    void remove(List<Path> files) {
        attempt("machine file", () -> {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        });
    }

    /** Removes the directory, the record last: a directory that still has one is known to be unfinished business. */
    void removeAll() {
        attempt("machine directory", () -> {
            remove(list(root.resolve("files")));
            Files.deleteIfExists(root.resolve("files"));
            remove(list(root).stream().filter(file -> !file.equals(record())).toList());
            Files.deleteIfExists(record());
            Files.deleteIfExists(root);
            sync(root.resolveSibling("."));
        });
    }

    /** Gives a file that is never written to again a second name, here. */
    void link(Path file, String name) {
        attempt("machine file", () -> Files.createLink(file(name), file));
    }

    void copy(Path file, String name) {
        attempt("machine file", () -> Files.copy(file, file(name)));
    }

    long size(String name) {
        try {
            return Files.size(file(name));
        } catch (IOException e) {
            return 0;
        }
    }

    static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (java.nio.file.NoSuchFileException gone) {
            return List.of();
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "directory cannot be read: " + directory, e);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Again if an interrupt closed a file under it: a verb that has begun is done wholly, or fails for a reason. */
    private void attempt(String what, Step step) {
        boolean interrupted = false;
        try {
            boolean done = false;
            while (!done) {
                try {
                    step.run();
                    done = true;
                } catch (ClosedByInterruptException again) {
                    interrupted |= Thread.interrupted();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            boolean full = isFull(e);
            throw new VmException(
                    full ? VmErrorCode.HOST_DISK_FULL : VmErrorCode.STORAGE_FAILED,
                    what + ": " + root + " (expected: can be written); "
                            + (full ? "free space on the host" : "look at the cause: " + e),
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isFull(Exception e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("no space left");
    }
}
