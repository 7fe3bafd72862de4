package dev.mulligan.image.archive;

import java.io.IOException;

/**
 * A kernel module as it goes into the memory disk: busybox loads plain modules and those packed with xz or gzip, so only
 * Zstandard (Ubuntu) has to be unpacked.
 *
 * @param name without folder
 * @param content as busybox can load it
 */
record ModuleFile(String name, byte[] content) {

    private static final String ZSTANDARD = ".zst";
    private static final int LARGEST = 64 << 20;

    static ModuleFile of(String path, byte[] content) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (!name.endsWith(ZSTANDARD)) {
            return new ModuleFile(name, content);
        }
        String plain = name.substring(0, name.length() - ZSTANDARD.length());
        return new ModuleFile(plain, Zstandard.unpack(content, 0, content.length, LARGEST));
    }
}
