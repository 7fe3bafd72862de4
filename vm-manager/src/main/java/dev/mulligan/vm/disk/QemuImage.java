package dev.mulligan.vm.disk;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@link DiskTool} for qcow2 files; what is to be copied is copied by {@code qemu-img}, see its manual page. */
public final class QemuImage implements DiskTool {
    private static final Duration COPY_TIMEOUT = Duration.ofMinutes(10);

    @Override
    public void createLayer(Path layer, Path below, DiskFormat format, DataSize size) {
        try {
            Qcow2Layer.create(layer, below, format, size);
        } catch (IOException e) {
            boolean full = String.valueOf(e.getMessage()).contains("No space left");
            throw new VmException(
                    full ? VmErrorCode.HOST_DISK_FULL : VmErrorCode.STORAGE_FAILED,
                    "layer " + layer + ": " + e.getMessage() + " (expected: can be written); "
                            + (full ? "make room on the host" : "look at the cause"),
                    e);
        }
    }

    private static void restrict(Path layer) {
        try {
            Files.setPosixFilePermissions(layer, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "permissions of " + layer + " cannot be set", e);
        }
    }

    @Override
    public void squash(Path layer, Path target, Path image, DiskFormat format) {
        // -B: what the image holds is not copied. -U: a running machine may be reading the same layers.
        run(
                List.of(
                        "convert",
                        "-q",
                        "-U",
                        "-f",
                        "qcow2",
                        "-O",
                        "qcow2",
                        "-F",
                        format.driver(),
                        "-B",
                        image.toString(),
                        layer.toString(),
                        target.toString()),
                COPY_TIMEOUT);
        restrict(target);
    }

    @Override
    public DataSize room(Path directory) {
        return DataSize.ofBytes(directory.toFile().getUsableSpace());
    }

    @Override
    public DataSize virtualSize(Path disk, DiskFormat format) {
        try {
            return switch (format) {
                // A raw disk is never probed: its content comes from a stranger and could pretend to be qcow2.
                case RAW -> new DataSize(Files.size(disk));
                case QCOW2 ->
                    Qcow2Header.read(disk)
                            .map(Qcow2Header::size)
                            .orElseThrow(() -> VmException.of(
                                    VmErrorCode.STORAGE_FAILED,
                                    "disk " + disk,
                                    "not a qcow2 file, or cut off",
                                    "a qcow2 file",
                                    "build the image again or correct the path"));
            };
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "disk " + disk + " cannot be read", e);
        }
    }

    @Override
    public boolean isSound(Path layer) {
        try {
            return Files.isRegularFile(layer) && Qcow2Header.read(layer).isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static void run(List<String> arguments, Duration timeout) {
        Command.Result result = command(arguments, timeout).run();
        if (result.status() == 0) {
            return;
        }
        String said = result.output().strip();
        boolean full = said.toLowerCase(Locale.ROOT).contains("no space left on device");
        throw VmException.of(
                full ? VmErrorCode.HOST_DISK_FULL : VmErrorCode.STORAGE_FAILED,
                "qemu-img " + String.join(" ", arguments),
                "status " + result.status() + ", \"" + said + "\"",
                "status 0",
                full ? "free space on the host" : "look at the file it names");
    }

    private static Command command(List<String> arguments, Duration timeout) {
        var all = new ArrayList<String>();
        all.add("qemu-img");
        all.addAll(arguments);
        return new Command(all, timeout);
    }
}
