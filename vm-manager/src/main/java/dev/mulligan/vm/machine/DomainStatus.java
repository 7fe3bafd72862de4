package dev.mulligan.vm.machine;

import java.util.Set;

/**
 * A domain that is there.
 *
 * @param running whether its processors run
 * @param diskFailed whether they stand still because the host could not read or write the disk
 * @param serials the serials of its further disks
 */
public record DomainStatus(boolean running, boolean diskFailed, Set<String> serials) {
    public DomainStatus {
        serials = Set.copyOf(serials);
    }
}
