package dev.mulligan.vm.machine;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.disk.DiskTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Layers as text files that name the disk below. */
public final class FakeDiskTool implements DiskTool {
    private static final String MAGIC = "layer on ";

    @Override
    public void createLayer(Path layer, Path below, DiskFormat format, DataSize size) {
        try {
            Files.writeString(layer, MAGIC + below, java.nio.file.StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "layer " + layer, e);
        }
    }

    @Override
    public void squash(Path layer, Path target, Path image, DiskFormat format) {
        createLayer(target, layer, DiskFormat.QCOW2, DataSize.ZERO);
    }

    /** Disks below the first layer exist in name only. */
    @Override
    public DataSize virtualSize(Path disk, DiskFormat format) {
        return DataSize.ofMebibytes(1);
    }

    @Override
    public boolean isSound(Path layer) {
        return below(layer).isPresent();
    }

    static Optional<Path> below(Path layer) {
        try {
            String text = Files.readString(layer);
            return text.startsWith(MAGIC) ? Optional.of(Path.of(text.substring(MAGIC.length()))) : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        }
    }
}
