package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.util.concurrent.atomic.AtomicLong;

/** Says no, with numbers, before something is begun for which this host has no room. */
final class Room {
    private static final DataSize CLONE_AT_FIRST = DataSize.ofMebibytes(128);

    private final HostCapacity capacity;
    private final DataSize diskReserve;
    // Machines that are being started have not touched their memory yet.
    private final AtomicLong promised = new AtomicLong();

    Room(HostCapacity capacity, DataSize diskReserve) {
        this.capacity = capacity;
        this.diskReserve = diskReserve;
    }

    /** What a machine that goes on from a template takes until it has written more: it shares the rest. */
    DataSize atFirst(DataSize memory) {
        return memory.compareTo(CLONE_AT_FIRST) < 0 ? memory : CLONE_AT_FIRST;
    }

    /** What a machine of the pool takes {@link #atFirst} beyond what it has while it stands ready. */
    DataSize beyond(DataSize standing, DataSize memory) {
        return DataSize.ofBytes(Math.max(0, atFirst(memory).bytes() - standing.bytes()));
    }

    /** Takes memory for a machine that is about to start, until the promise is closed. */
    Promise promiseMemory(DataSize memory) {
        long others = promised.getAndAdd(memory.bytes());
        long left = capacity.memoryAvailable().bytes() - others;
        if (left < memory.bytes()) {
            promised.addAndGet(-memory.bytes());
            throw HostException.of(HostErrorCode.HOST_MEMORY, "not enough memory on this host")
                    .value(memory.toDisplayString() + " for the sandbox")
                    .expected(
                            "at most the " + DataSize.ofBytes(Math.max(0, left)).toDisplayString() + " available now")
                    .remedy("pause and save other sandboxes, or ask for less")
                    .build();
        }
        return () -> promised.addAndGet(-memory.bytes());
    }

    /** Makes sure that so much can be written and the reserve is still there. */
    void requireDisk(DataSize size, String what) {
        DataSize needed = size.plus(diskReserve);
        DataSize available = capacity.diskAvailable();
        if (available.compareTo(needed) < 0) {
            throw HostException.of(HostErrorCode.HOST_DISK_FULL, "not enough disk on this host for " + what)
                    .value(available.toDisplayString() + " available")
                    .expected("at least " + needed.toDisplayString() + ", of which " + diskReserve.toDisplayString()
                            + " stay free")
                    .remedy("delete sandboxes, checkpoints or images, or make room otherwise")
                    .build();
        }
    }

    /** Memory that is spoken for. */
    interface Promise extends AutoCloseable {
        @Override
        void close();
    }
}
