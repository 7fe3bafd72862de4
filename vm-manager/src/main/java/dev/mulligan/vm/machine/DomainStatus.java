package dev.mulligan.vm.machine;

import java.nio.file.Path;
import java.util.Set;

/**
 * A domain that is there.
 *
 * @param running whether its processors run
 * @param diskFailed whether they stand still because the host could not read or write the disk
 * @param top the file that the guest's first disk writes to
 * @param serials the serials of its further disks
 */
public record DomainStatus(boolean running, boolean diskFailed, Path top, Set<String> serials) {
    public DomainStatus {
        serials = Set.copyOf(serials);
    }
}
