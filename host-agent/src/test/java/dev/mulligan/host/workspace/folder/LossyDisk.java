package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.linux.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * What real directories would still have after a power cut, on the worst disk that POSIX allows (fsync(2)):
 *
 * <ul>
 *   <li>A file that was not synced since it was written may have all, half or none of its bytes, or zeros; and its
 *       attributes, or those of a new file.
 *   <li>What was done to the names of a directory, or to its attributes, may have reached the disk or not, each by
 *       itself, in no order, until it is synced; a move is there for sure when both its directories are.
 *   <li>A directory that was synced may itself be missing, with all that is in it, while the one above is not synced.
 *   <li>A move or an exchange is there wholly or not at all, and what was done to a name is not there without what was
 *       done to the same name before: so it is with ext4, XFS and Btrfs.
 * </ul>
 *
 * <p>A link's own attributes go with the directory it is in: no call syncs a link. Nobody else may change the
 * directories meanwhile. For one thread.
 */
public final class LossyDisk {
    /** Seeds below this one are not random. */
    private static final int EXTREMES = 2;

    private final Map<Path, Inode> roots = new LinkedHashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Map<Cell, Operation> last = new HashMap<>();

    /** A file, directory or link, whatever its names. */
    static final class Inode {
        final FileStatus.Type type;
        final Map<ByteString, Inode> names = new HashMap<>();
        final Map<ByteString, Inode> onDisk = new HashMap<>();
        Attributes attributes;
        ByteString content = ByteString.EMPTY;
        boolean synced;

        Inode(FileStatus.Type type, Attributes attributes) {
            this.type = type;
            this.attributes = attributes;
        }
    }

    /** A name in a directory; without one, the attributes of a directory or link. */
    record Cell(Inode inode, ByteString name) {
        static Cell attributes(Inode inode) {
            return new Cell(inode, ByteString.EMPTY);
        }
    }

    /** What was done in one step, and what the disk has of it. */
    private static final class Operation {
        final Map<Cell, Object> effects;
        final List<Operation> before = new ArrayList<>();
        final List<Inode> unsynced = new ArrayList<>();
        final Map<Inode, Instant> times = new HashMap<>();
        boolean durable;
        boolean survives;

        Operation(Map<Cell, Object> effects) {
            this.effects = effects;
        }

        void endure() {
            if (!durable) {
                durable = true;
                before.forEach(Operation::endure);
            }
        }
    }

    /** In the place of a name: none. */
    static final Object NOTHING = new Object();

    /** Directories on this disk; what is there when one is opened first, is on it. */
    public OpenDirectories directories() {
        return path -> {
            OpenDirectory real = OpenDirectories.ofLinux().open(path);
            Inode root = roots.get(path);
            if (root == null) {
                root = load(real);
                roots.put(path, root);
            }
            return new LossyDirectory(real, root, this);
        };
    }

    private static Inode load(OpenDirectory directory) throws IOException {
        Inode inode = new Inode(FileStatus.Type.DIRECTORY, directory.attributes());
        for (ByteString name : directory.names()) {
            Inode child = child(directory, name);
            inode.names.put(name, child);
            inode.onDisk.put(name, child);
        }
        return inode;
    }

    private static Inode child(OpenDirectory directory, ByteString name) throws IOException {
        FileStatus status = directory.find(name).orElseThrow();
        switch (status.type()) {
            case DIRECTORY -> {
                try (OpenDirectory below = directory.below(RelativePath.ofBytes(name))) {
                    return load(below);
                }
            }
            case FILE -> {
                try (OpenFile file = directory.open(name);
                        InputStream content = file.content()) {
                    Inode inode = new Inode(FileStatus.Type.FILE, file.attributes());
                    inode.content = ByteString.readFrom(content);
                    inode.synced = true;
                    return inode;
                }
            }
            case LINK -> {
                Inode inode = new Inode(
                        FileStatus.Type.LINK,
                        Attributes.of(status.mode(), status.uid(), status.gid(), status.modified()));
                inode.content = directory.readLink(name).bytes();
                return inode;
            }
            case OTHER -> throw new IOException("nothing that a disk keeps: " + name.toStringUtf8());
        }
        throw new AssertionError();
    }

    /** Takes down what has just been done, and in which directories: these must be synced for it. */
    void done(Map<Cell, Object> effects, LossyDirectory... touched) throws IOException {
        var _ = take(effects, touched);
    }

    /** A directory is no more: without what emptied it, it could not have gone. */
    void removed(Cell cell, Inode directory, LossyDirectory touched) throws IOException {
        Operation operation = take(Map.of(cell, NOTHING), touched);
        last.forEach((inside, former) -> {
            if (inside.inode() == directory && !inside.name().isEmpty()) {
                operation.before.add(former);
            }
        });
    }

    private Operation take(Map<Cell, Object> effects, LossyDirectory... touched) throws IOException {
        Operation operation = new Operation(effects);
        for (LossyDirectory directory : touched) {
            operation.unsynced.add(directory.inode());
            operation.times.put(directory.inode(), directory.status().modified());
        }
        effects.forEach((cell, effect) -> {
            Operation former = last.put(cell, operation);
            if (former != null) {
                operation.before.add(former);
            }
            if (effect instanceof Inode inode) {
                cell.inode().names.put(cell.name(), inode);
            } else if (!(effect instanceof Attributes)) {
                cell.inode().names.remove(cell.name());
            }
        });
        operations.add(operation);
        return operation;
    }

    /** fsync(2) of a directory. */
    void synced(Inode directory) {
        for (Operation operation : operations) {
            if (operation.unsynced.removeIf(inode -> inode == directory) && operation.unsynced.isEmpty()) {
                operation.endure();
            }
        }
    }

    /**
     * Takes from the real directories what is lost.
     *
     * @param seed 0: no name that is not synced survives; 1: all do; further ones: some
     * @param step which ones, too: the same of both takes the same
     */
    public void cutPower(int seed, int step) throws IOException {
        Random random = new Random(31L * step + seed);
        for (Operation operation : operations) {
            boolean luck = seed < EXTREMES ? seed == 1 : random.nextBoolean();
            operation.survives =
                    operation.durable || (luck && operation.before.stream().allMatch(one -> one.survives));
            if (operation.survives) {
                operation.effects.forEach((cell, effect) -> reach(cell, effect, operation.times));
            }
        }
        for (Map.Entry<Path, Inode> root : roots.entrySet()) {
            try (OpenDirectory real = OpenDirectories.ofLinux().open(root.getKey())) {
                clear(real);
                write(real, root.getValue(), random);
            }
        }
    }

    private static void reach(Cell cell, Object effect, Map<Inode, Instant> times) {
        Inode inode = cell.inode();
        if (effect instanceof Attributes attributes) {
            inode.attributes = attributes;
        } else {
            inode.attributes = inode.attributes.withModified(Objects.requireNonNull(times.get(inode)));
            if (effect instanceof Inode there) {
                inode.onDisk.put(cell.name(), there);
            } else {
                inode.onDisk.remove(cell.name());
            }
        }
    }

    private static void clear(OpenDirectory directory) throws IOException {
        for (ByteString name : directory.names()) {
            if (directory.find(name).orElseThrow().type() == FileStatus.Type.DIRECTORY) {
                try (OpenDirectory below = directory.below(RelativePath.ofBytes(name))) {
                    clear(below);
                }
                directory.removeDirectory(name);
            } else {
                directory.removeFile(name);
            }
        }
    }

    private static void write(OpenDirectory directory, Inode inode, Random random) throws IOException {
        for (Map.Entry<ByteString, Inode> one : inode.onDisk.entrySet()) {
            ByteString name = one.getKey();
            Inode child = one.getValue();
            switch (child.type) {
                case DIRECTORY -> {
                    directory.createDirectory(name);
                    try (OpenDirectory below = directory.below(RelativePath.ofBytes(name))) {
                        write(below, child, random);
                    }
                }
                case LINK -> directory.createLink(name, new LinkTarget(child.content), child.attributes);
                case FILE -> {
                    Attributes attributes = child.synced || random.nextBoolean()
                            ? child.attributes
                            : child.attributes.withMode(0600).withModified(Instant.EPOCH);
                    directory.createFile(
                            name,
                            (child.synced ? child.content : remains(child.content, random)).newInput(),
                            attributes);
                }
                case OTHER -> throw new AssertionError(name.toStringUtf8());
            }
        }
        directory.setAttributes(inode.attributes);
    }

    private static ByteString remains(ByteString content, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> ByteString.copyFrom(new byte[content.size()]);
            case 2 -> content.substring(0, content.size() / 2);
            default -> content;
        };
    }
}
