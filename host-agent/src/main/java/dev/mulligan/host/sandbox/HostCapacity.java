package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DataSize;
import java.nio.file.Path;

/** What this host has left. Asked anew each time. */
public interface HostCapacity {
    /** What could be used by a new process without swapping. */
    DataSize memoryAvailable();

    /** All of it. */
    DataSize memoryTotal();

    /** Where the machines' disks grow. */
    DataSize diskAvailable();

    int processors();

    /** The capacity of this Linux machine; disks grow below {@code machines}. */
    static HostCapacity ofThisMachine(Path machines) {
        return new LinuxCapacity(machines);
    }
}
