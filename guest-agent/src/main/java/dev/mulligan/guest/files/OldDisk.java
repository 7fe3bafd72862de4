package dev.mulligan.guest.files;

import dev.mulligan.guest.disk.PluggedDisks;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Mount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk that the host has attached, mounted read-only for as long as this is open. */
final class OldDisk implements Closeable {
    private static final int LOOK_ONLY = Mount.READ_ONLY | Mount.NO_SET_USER_ID | Mount.NO_DEVICES | Mount.NO_PROGRAMS;

    private final Path mountPoint;

    private OldDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /**
     * Waits for the disk and mounts it.
     *
     * @param disks among which it is
     */
    static OldDisk mount(PluggedDisks disks, String serial, Path mountPoint) throws IOException, InterruptedException {
        Path device = disks.await(serial);
        Files.createDirectories(mountPoint);
        try {
            mountAny(device, mountPoint);
        } catch (IOException | GuestException e) {
            Files.delete(mountPoint);
            throw e;
        }
        return new OldDisk(mountPoint);
    }

    private static void mountAny(Path device, Path mountPoint) throws IOException {
        try {
            mount(device, mountPoint, "ext4", "");
        } catch (KernelException notExt4) {
            if (notExt4.errno() != Errno.EINVAL) {
                throw notExt4;
            }
            try {
                // The machine's own disk is mounted under the same UUID.
                mount(device, mountPoint, "xfs", "nouuid");
            } catch (KernelException e) {
                e.addSuppressed(notExt4);
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "disk: " + device + " (expected: an ext4 or xfs file system)",
                        e);
            }
        }
    }

    private static void mount(Path device, Path mountPoint, String type, String options) throws KernelException {
        Mount.mount(device.toString(), bytes(mountPoint), type, LOOK_ONLY, options);
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    Path mountPoint() {
        return mountPoint;
    }

    @Override
    public void close() throws IOException {
        try {
            Mount.unmount(bytes(mountPoint));
        } catch (KernelException e) {
            // Somebody looked into it. Out of sight at once, let go when they leave.
            Mount.detach(bytes(mountPoint));
        }
        Files.delete(mountPoint);
    }
}
