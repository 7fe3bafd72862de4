package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DataSize;

/** A host as large as told. */
final class SettableCapacity implements HostCapacity {
    volatile DataSize memory = DataSize.ofGibibytes(8);
    volatile DataSize disk = DataSize.ofGibibytes(100);

    @Override
    public DataSize memoryAvailable() {
        return memory;
    }

    @Override
    public DataSize memoryTotal() {
        return DataSize.ofGibibytes(16);
    }

    @Override
    public DataSize diskAvailable() {
        return disk;
    }

    @Override
    public int processors() {
        return 4;
    }
}
