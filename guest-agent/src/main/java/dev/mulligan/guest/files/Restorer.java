package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.disk.PluggedDisks;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.Failures;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.proto.guest.v1.RestoreRequest;
import dev.mulligan.proto.guest.v1.RestoreResponse;
import dev.mulligan.proto.guest.v1.RestoreResponse.Restored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Copies paths back from an older disk of this guest: the call Restore. Runs as root, one call at a time. */
final class Restorer {
    private static final int MAXIMUM_PATHS = 1_000;

    private final PluggedDisks disks;
    private final Path mounts;
    private final PastViews views;

    /**
     * @param disks among which the older ones are
     * @param mounts where to mount them
     * @param views of what is mounted over the disk
     */
    Restorer(PluggedDisks disks, Path mounts, PastViews views) {
        this.disks = disks;
        this.mounts = mounts;
        this.views = views;
    }

    synchronized RestoreResponse restore(RestoreRequest request) throws IOException, InterruptedException {
        String serial = PluggedDisks.requireSerial("disk_serial", request.getDiskSerial());
        if (request.getPathsCount() < 1 || request.getPathsCount() > MAXIMUM_PATHS) {
            throw GuestException.invalid("paths", request.getPathsCount(), "1 to " + MAXIMUM_PATHS);
        }
        List<BytePath> paths = new ArrayList<>();
        for (ByteString bytes : request.getPathsList()) {
            BytePath path = BytePath.of(bytes);
            if (path.isRoot()) {
                throw GuestException.invalid("paths", path, "a path below the root; roll the machine back instead");
            }
            paths.add(path);
        }
        RestoreResponse.Builder response = RestoreResponse.newBuilder();
        try (OldDisk disk = OldDisk.mount(disks, serial, mounts.resolve("restore-" + serial));
                Directory live = Directory.root();
                Directory old = live.open(disk.mountPoint().toString().getBytes(StandardCharsets.UTF_8), 0)) {
            restoreAll(live, old, disk.mountPoint(), paths, response);
        }
        return response.build();
    }

    private void restoreAll(
            Directory live, Directory old, Path oldDisk, List<BytePath> paths, RestoreResponse.Builder response)
            throws IOException {
        Deque<PastViews.View> opened = new ArrayDeque<>(views.open(oldDisk).reversed());
        try {
            for (BytePath path : paths) {
                Directory then = opened.stream()
                        .filter(view -> path.isBelow(view.place()))
                        .findFirst()
                        .map(PastViews.View::root)
                        .orElse(old);
                response.addRestored(
                        Restored.newBuilder().setPath(path.toByteString()).setOutcome(restore(live, then, path)));
            }
        } finally {
            while (!opened.isEmpty()) {
                opened.pop().close();
            }
        }
    }

    private static Restored.Outcome restore(Directory live, Directory old, BytePath path) throws IOException {
        try {
            byte[] name = path.name().toByteArray();
            Optional<Directory> oldParent =
                    open(() -> old.openInRoot(path.parent().toBytes()));
            if (oldParent.isPresent()) {
                try (Directory source = oldParent.get()) {
                    if (source.find(name).isPresent()) {
                        MissingParents.create(live, old, path.parent());
                        try (Directory target = live.open(path.parent().toBytes(), 0)) {
                            replace(source, target, name);
                            return Restored.Outcome.REPLACED;
                        }
                    }
                }
            }
            Optional<Directory> parent = open(() -> live.open(path.parent().toBytes(), 0));
            if (parent.isEmpty()) {
                return Restored.Outcome.ABSENT;
            }
            try (Directory target = parent.get()) {
                return remove(target, name);
            }
        } catch (KernelException e) {
            throw new GuestException(Failures.codeOf(e), "restore of " + path + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new GuestException(ErrorCode.INTERNAL, "restore of " + path + ": " + e.getMessage(), e);
        }
    }

    private static void replace(Directory source, Directory target, byte[] name) throws IOException {
        byte[] staged = StagingNames.next();
        try {
            ExactCopy.copy(source, name, target, staged);
            if (target.find(name).isPresent()) {
                target.exchange(staged, name);
            } else {
                target.rename(staged, target, name, false);
            }
        } finally {
            // After the exchange it is what was there before.
            if (target.find(staged).isPresent()) {
                TreeRemover.remove(target, staged);
            }
        }
    }

    private static Restored.Outcome remove(Directory target, byte[] name) throws IOException {
        if (target.find(name).isEmpty()) {
            return Restored.Outcome.ABSENT;
        }
        byte[] staged = StagingNames.next();
        target.rename(name, target, staged, false);
        TreeRemover.remove(target, staged);
        return Restored.Outcome.REMOVED;
    }

    private interface Opening {
        Directory open() throws KernelException;
    }

    /** Empty if there is no such directory. */
    private static Optional<Directory> open(Opening opening) throws KernelException {
        try {
            return Optional.of(opening.open());
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
