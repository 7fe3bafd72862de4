package dev.mulligan.vm.libvirt;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Lets QEMU copy into a disk's top file what the files below it hold, down to a base; libvirt calls that a block pull.
 * Only the top file is written to. If the copying is cut off, the chain stays as it was.
 */
final class BlockPull {
    private final Domain domain;
    private final String disk;
    private final Path base;

    BlockPull(Domain domain, String disk, Path base) {
        this.domain = domain;
        this.disk = disk;
        this.base = base;
    }

    /** One that an earlier program began, and did not see the end of, is as good as a new one. */
    void begin() {
        if (!domain.hasBlockJob(disk)) {
            domain.pull(disk, base.toString());
        }
    }

    boolean isDone() {
        if (domain.hasBlockJob(disk)) {
            return false;
        }
        boolean done = domain.description()
                .filter(document -> document.below(disk).equals(Optional.of(base)))
                .isPresent();
        if (!done) {
            throw Flattening.unfinished("ended, but the disk does not stand on " + base);
        }
        return true;
    }

    void giveUp() {
        if (domain.hasBlockJob(disk)) {
            domain.abortBlockJob(disk);
        }
    }
}
