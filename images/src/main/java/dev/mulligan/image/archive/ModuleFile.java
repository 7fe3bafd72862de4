package dev.mulligan.image.archive;

import java.io.IOException;

/**
 * A kernel module as it goes into the memory disk: busybox loads plain modules and those packed with xz or gzip, so only
 * Zstandard (Ubuntu) has to be unpacked.
 */
final class ModuleFile {

    private static final String ZSTANDARD = ".zst";
    private static final int LARGEST = 64 << 20;

    private final String path;

    ModuleFile(String path) {
        this.path = path;
    }

    /** Without folder. */
    String name() {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return isZstandard() ? name.substring(0, name.length() - ZSTANDARD.length()) : name;
    }

    /** As busybox can load it. */
    byte[] content(byte[] packed) throws IOException {
        return isZstandard() ? Zstandard.unpack(packed, 0, packed.length, LARGEST) : packed;
    }

    private boolean isZstandard() {
        return path.endsWith(ZSTANDARD);
    }
}
