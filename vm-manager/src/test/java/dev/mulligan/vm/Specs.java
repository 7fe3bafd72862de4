package dev.mulligan.vm;

import java.nio.file.Path;
import java.util.Map;

/** Specs for tests in which no machine boots: their files need not exist. */
public final class Specs {
    private Specs() {}

    public static VmSpec any(VmId id) {
        return any(id, DataSize.ofMebibytes(128));
    }

    public static VmSpec any(VmId id, DataSize memory) {
        return new VmSpec(
                id,
                Path.of("/images/base/disk.raw"),
                DiskFormat.RAW,
                DataSize.ofMebibytes(64),
                Path.of("/images/base/vmlinuz"),
                Path.of("/images/base/initrd"),
                "console=ttyS0",
                memory,
                1,
                Map.of("purpose", "test"));
    }
}
