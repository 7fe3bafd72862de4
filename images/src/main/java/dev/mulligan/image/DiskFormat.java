package dev.mulligan.image;

/** How the bytes of a disk lie in its file, named as QEMU names it. */
public enum DiskFormat {
    /** One file with what was written and nothing else, safe to copy with any program. */
    QCOW2("qcow2"),
    /** Byte for byte. */
    RAW("raw");

    private final String qemuName;

    DiskFormat(String qemuName) {
        this.qemuName = qemuName;
    }

    public String qemuName() {
        return qemuName;
    }
}
