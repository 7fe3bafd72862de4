package dev.mulligan.vm;

/** How the bytes of a disk file are laid out. Never guessed from the content, which a guest may have written. */
public enum DiskFormat {
    /** The file is the disk, byte by byte. */
    RAW,
    /** QEMU's copy-on-write format, version 2 or later. */
    QCOW2;

    /** The name that QEMU and libvirt use. */
    public String driver() {
        return switch (this) {
            case RAW -> "raw";
            case QCOW2 -> "qcow2";
        };
    }
}
