package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DataSize;
import java.util.function.LongSupplier;

/** A host as large as told. */
final class SettableCapacity implements HostCapacity {
    volatile DataSize memory = DataSize.ofGibibytes(8);
    /** Bytes of it that are used. */
    volatile LongSupplier used = () -> 0;

    volatile DataSize disk = DataSize.ofGibibytes(100);
    volatile int processors = 4;

    @Override
    public DataSize memoryAvailable() {
        return DataSize.ofBytes(Math.max(0, memory.bytes() - used.getAsLong()));
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
        return processors;
    }
}
