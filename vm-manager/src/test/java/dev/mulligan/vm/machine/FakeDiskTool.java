package dev.mulligan.vm.machine;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.disk.DiskTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Layers as text files that name the disk below. */
public final class FakeDiskTool implements DiskTool {
    private static final String MAGIC = "layer on ";
    private static final AtomicInteger COUNT = new AtomicInteger();
    // What a layer stands on, also when that file is gone or has got another name.
    private static final Map<String, String> BELOW = new ConcurrentHashMap<>();

    private volatile DataSize room = DataSize.ofGibibytes(1000);

    @Override
    public void createLayer(Path layer, Path below, DiskFormat format, DataSize size) {
        String text = MAGIC + below + "\n" + COUNT.incrementAndGet();
        BELOW.put(text, text(layer.resolveSibling(below)));
        try {
            Files.writeString(layer, text, java.nio.file.StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "layer " + layer, e);
        }
    }

    @Override
    public void squash(Path layer, Path target, Path image, DiskFormat format) {
        createLayer(target, layer, DiskFormat.QCOW2, DataSize.ZERO);
    }

    /** From now on there is so much room. */
    void room(DataSize left) {
        room = left;
    }

    @Override
    public DataSize room(Path directory) {
        return room;
    }

    /** Disks below the first layer exist in name only. */
    @Override
    public DataSize virtualSize(Path disk, DiskFormat format) {
        return DataSize.ofMebibytes(1);
    }

    @Override
    public boolean isSound(Path layer) {
        return text(layer).startsWith(MAGIC);
    }

    /** What is written in the layer below the one in which this is written. */
    static Optional<String> below(String text) {
        return Optional.ofNullable(BELOW.get(text));
    }

    /** What is written in a file: no two that were made are the same. Empty if there is none. */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException missing) {
            return "";
        }
    }
}
