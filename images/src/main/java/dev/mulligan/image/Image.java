package dev.mulligan.image;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * An image on this host: its manifest and the directory with its files. Nothing in the directory ever changes; a
 * machine writes to an overlay on {@link #disk()}.
 *
 * @param manifest what is inside, and where it came from
 * @param directory absolute
 */
public record Image(ImageManifest manifest, Path directory) {

    /** A disk of this format is what {@link #disk()} is. */
    public static final DiskFormat DISK_FORMAT = DiskFormat.QCOW2;

    public Image {
        requireNonNull(manifest, "manifest");
        requireNonNull(directory, "directory");
    }

    /** The disk: one ext4 file system, without a partition table. */
    public Path disk() {
        return directory.resolve(ImageFiles.DISK);
    }

    /** How to read {@link #disk()}. */
    public DiskFormat diskFormat() {
        return DISK_FORMAT;
    }

    /** The kernel, for booting without firmware. */
    public Path kernel() {
        return directory.resolve(ImageFiles.KERNEL);
    }

    /** The memory disk that goes with {@link #kernel()}. */
    public Path initrd() {
        return directory.resolve(ImageFiles.INITRD);
    }

    /** What {@link #kernel()} must be told. The disk must be the machine's first virtio disk, {@code /dev/vda}. */
    public String kernelArguments() {
        return manifest.kernelArguments();
    }
}
