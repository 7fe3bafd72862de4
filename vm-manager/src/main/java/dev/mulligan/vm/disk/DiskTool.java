package dev.mulligan.vm.disk;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import java.nio.file.Path;

/** What machines ask of disk files. Every failure is a {@link dev.mulligan.vm.VmException}. */
public interface DiskTool {
    /**
     * Makes an empty qcow2 layer, readable and writable for its owner only. The disk below is not opened, so it may
     * be in use.
     *
     * @param layer the file to make; must not exist
     * @param below the disk of which the layer holds the difference
     * @param size how large a machine sees it
     */
    void createLayer(Path layer, Path below, DiskFormat format, DataSize size);

    /**
     * Writes everything that a layer's chain holds above an image to one layer that stands on the image itself. What a
     * machine reads from the new one is the same, bit by bit.
     *
     * @param layer the top of the chain; nobody may be writing to it
     * @param target the file to make; must not exist
     * @param image the disk below the whole chain
     */
    void squash(Path layer, Path target, Path image, DiskFormat format);

    /** How much can still be written to the host's disk, in a directory. */
    DataSize room(Path directory);

    /** How large a machine sees the disk. */
    DataSize virtualSize(Path disk, DiskFormat format);

    /** Whether the file is a qcow2 layer whose header can be read: false for a missing or half-written one. */
    boolean isSound(Path layer);
}
