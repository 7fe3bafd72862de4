package dev.mulligan.guest.files;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.CString;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.SystemCall;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A disk that the host has attached, mounted read-only for as long as this is open. */
final class OldDisk implements Closeable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int READ_ONLY = 1;
    private static final int NO_SET_USER_ID = 2;
    private static final int NO_DEVICES = 4;
    private static final int NO_PROGRAMS = 8;
    private static final int DETACH = 2;

    private final Path mountPoint;

    private OldDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /**
     * Waits for the device and mounts it.
     *
     * @param device the link that udev makes for its serial number
     */
    static OldDisk mount(Path device, Path mountPoint) throws IOException, InterruptedException {
        awaitDevice(device);
        Files.createDirectories(mountPoint);
        try {
            mountAny(device, mountPoint);
        } catch (IOException | GuestException e) {
            Files.delete(mountPoint);
            throw e;
        }
        return new OldDisk(mountPoint);
    }

    private static void awaitDevice(Path device) throws InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(device)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "disk: %s (expected: there within %s of being attached); attach it first"
                                .formatted(device, PATIENCE));
            }
            Thread.sleep(20);
        }
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
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    SystemCall.MOUNT,
                    CString.of(arena, device.toString()).address(),
                    CString.of(arena, mountPoint.toString()).address(),
                    CString.of(arena, type).address(),
                    READ_ONLY | NO_SET_USER_ID | NO_DEVICES | NO_PROGRAMS,
                    CString.of(arena, options).address());
        }
    }

    Path mountPoint() {
        return mountPoint;
    }

    @Override
    public void close() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long path = CString.of(arena, mountPoint.toString()).address();
            try {
                Kernel.call(SystemCall.UMOUNT2, path, 0);
            } catch (KernelException e) {
                // Somebody looked into it. Out of sight at once, let go when they leave.
                Kernel.call(SystemCall.UMOUNT2, path, DETACH);
            }
        }
        Files.delete(mountPoint);
    }
}
