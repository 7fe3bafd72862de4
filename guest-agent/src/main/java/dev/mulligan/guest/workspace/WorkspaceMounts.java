package dev.mulligan.guest.workspace;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.disk.PluggedDisks;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.files.BytePath;
import dev.mulligan.guest.files.Directories;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Mount;
import dev.mulligan.guest.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Mounts and unmounts workspaces, one at a time. It remembers nothing: what is mounted the kernel knows, also after a
 * return to another time.
 */
final class WorkspaceMounts {
    private static final String DISK = "erofs";
    private static final String OVERLAY = "overlay";
    /** Overlays have no device: this stands in its place, with the workspace behind it. */
    private static final String SOURCE = "mulligan-workspace:";

    private static final int SAFE = Mount.NO_SET_USER_ID | Mount.NO_DEVICES;

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(20);

    private final PluggedDisks disks;
    private final UpperLayers layers;

    /** @param disks among which the workspaces are */
    WorkspaceMounts(PluggedDisks disks, UpperLayers layers) {
        this.disks = disks;
        this.layers = layers;
    }

    UpperLayers layers() {
        return layers;
    }

    synchronized void mount(String workspace, BytePath path, boolean writable)
            throws IOException, InterruptedException {
        if (path.isRoot()) {
            throw GuestException.invalid("path", path, "a path below the root");
        }
        Optional<MountedWorkspace> there = find(workspace);
        if (there.isPresent()) {
            requireSame(workspace, there.get(), path, writable);
            return;
        }
        Path device = disks.await(workspace);
        try (Descriptor point = mountPoint(path)) {
            // By its descriptor: nobody can put something else in its place before it is mounted on.
            byte[] place = bytes("/proc/self/fd/" + point.number());
            if (writable) {
                mountOverlay(workspace, device, place);
            } else {
                mountDisk(device, place);
            }
        }
    }

    private void mountOverlay(String workspace, Path device, byte[] place) throws IOException {
        layers.prepare(workspace);
        byte[] lower = bytes(layers.lower(workspace).toString());
        if (!isMounted(lower)) {
            mountDisk(device, lower);
        }
        layers.prepareUpper(workspace);
        // Each change whole in the upper layer, and nothing in it that means something only to the kernel.
        String options = "lowerdir=%s,upperdir=%s,workdir=%s,redirect_dir=off,metacopy=off,index=off,xino=off"
                .formatted(layers.lower(workspace), layers.upper(workspace), layers.work(workspace));
        Mount.mount(source(workspace), place, OVERLAY, SAFE, options);
    }

    private static void mountDisk(Path device, byte[] place) throws KernelException {
        try {
            Mount.mount(device.toString(), place, DISK, SAFE | Mount.READ_ONLY, "");
        } catch (KernelException e) {
            if (e.errno() == Errno.EINVAL) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION, "disk: " + device + " (expected: an EROFS file system)", e);
            }
            throw e;
        }
    }

    private static Descriptor mountPoint(BytePath path) throws IOException {
        try (Directory root = Directory.root()) {
            Directories.make(root, path);
            byte[] relative = path.toByteString().substring(1).toByteArray();
            return root.openBeneath(relative, Open.PATH | Open.DIRECTORY);
        }
    }

    private void requireSame(String workspace, MountedWorkspace there, BytePath path, boolean writable) {
        if (!there.point().equals(path.toByteString()) || there.type().equals(OVERLAY) != writable) {
            throw new GuestException(
                    ErrorCode.ALREADY_EXISTS,
                    "workspace: %s is mounted at %s, %s (expected: not mounted, or the same); unmount it first"
                            .formatted(
                                    workspace,
                                    there.point().toStringUtf8(),
                                    there.type().equals(OVERLAY) ? "writable" : "read-only"));
        }
    }

    synchronized void unmount(String workspace) throws IOException, InterruptedException {
        Optional<MountedWorkspace> there = find(workspace);
        if (there.isPresent()) {
            unmount(workspace, there.get().point());
        }
        ByteString lower = ByteString.copyFromUtf8(layers.lower(workspace).toString());
        if (isMounted(lower.toByteArray())) {
            unmount(workspace, lower);
        }
        layers.remove(workspace);
    }

    /** Programs that were killed a moment ago let go a moment later. */
    private static void unmount(String workspace, ByteString point) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!isUnmounted(point)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "workspace: %s is in use (expected: no program has a file or its working directory in it);"
                                        .formatted(workspace)
                                + " end those programs first");
            }
            Thread.sleep(POLL);
        }
    }

    private static boolean isUnmounted(ByteString point) throws KernelException {
        try {
            Mount.unmount(point.toByteArray());
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.EBUSY) {
                return false;
            }
            throw e;
        }
    }

    /** The writable workspace that is mounted there; empty if it is something else. */
    String overlaid(MountedWorkspace mount) {
        return mount.type().equals(OVERLAY) && mount.source().startsWith(SOURCE)
                ? mount.source().substring(SOURCE.length())
                : "";
    }

    /** Mounts a workspace as it was, to be looked at: without an upper layer on the old disk, as the folder was. */
    void mountPast(String workspace, Path oldDisk, byte[] place) throws KernelException {
        Path oldUpper = oldDisk.resolve(layers.upper(workspace).toString().substring(1));
        if (Files.isDirectory(oldUpper, LinkOption.NOFOLLOW_LINKS)) {
            String options = "lowerdir=%s:%s,redirect_dir=off,metacopy=off,index=off"
                    .formatted(oldUpper, layers.lower(workspace));
            Mount.mount("mulligan-past", place, OVERLAY, SAFE | Mount.READ_ONLY, options);
        } else {
            mountDisk(disks.name(workspace), place);
        }
    }

    /** Where the workspace is shown. */
    private Optional<MountedWorkspace> find(String workspace) throws IOException {
        List<MountedWorkspace> mounts = MountedWorkspace.all();
        String device = disks.name(workspace).toString();
        ByteString lower = ByteString.copyFromUtf8(layers.lower(workspace).toString());
        return MountedWorkspace.find(mounts, OVERLAY, source(workspace))
                .or(() -> MountedWorkspace.find(
                        mounts.stream()
                                .filter(mount -> !mount.point().equals(lower))
                                .toList(),
                        DISK,
                        device));
    }

    private static boolean isMounted(byte[] point) throws IOException {
        ByteString wanted = ByteString.copyFrom(point);
        return MountedWorkspace.all().stream().anyMatch(mount -> mount.point().equals(wanted));
    }

    private static String source(String workspace) {
        return SOURCE + workspace;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
