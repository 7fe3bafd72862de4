package dev.mulligan.vm.machine;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps chains of layers short. Each layer costs the process a file and each read of old data a look; and libvirt asks
 * QEMU to describe all chains, one bracket within the other, whenever a process starts or a disk is plugged in: its
 * reader of JSON gives up at 32 brackets.
 *
 * <p>So after a checkpoint on a long chain, the present layer begins to take in all that is below it, down to the image,
 * while the guest and its client go on. The next verb that changes the chain finishes that, and a new generation of layers
 * begins; or it gives it up, if not all has been copied yet, and the next checkpoint begins again. Only on the longest
 * chain does a checkpoint wait for it, however short the time between two checkpoints is. Nobody watches a copy: one
 * that has ended waits in the process, and one whose program was killed is found by the next program's verb. The frozen
 * layers are only read. What the machine reads stays the same at every moment, so a kill on the way changes nothing; and
 * once no checkpoint of an old generation is left, its layers go.
 */
final class Shortening {
    /** How many layers a chain has at most when a checkpoint freezes it; a return adds one, QEMU has six brackets. */
    static final int LONGEST_CHAIN = 20;

    /** How many layers a chain has when it begins to be shortened in the background. */
    static final int LONG_CHAIN = 12;

    /** What stays free for everybody else. */
    private static final DataSize RESERVE = DataSize.ofMebibytes(256);

    private static final Logger LOG = LoggerFactory.getLogger(Shortening.class);

    private final MachineCore core;

    Shortening(MachineCore core) {
        this.core = core;
    }

    /**
     * Makes room for one more layer.
     *
     * @param alive whether there is a process, which then does the work while the guest goes on
     */
    void makeRoom(boolean alive) {
        if (alive) {
            end();
        }
        if (length() < LONGEST_CHAIN) {
            return;
        }
        if (!hasRoom()) {
            throw VmException.of(
                    VmErrorCode.HOST_DISK_FULL,
                    "room on the host's disk to shorten the chain of machine "
                            + core.key().id(),
                    core.disks().room(core.files().root()),
                    "at least " + needed(),
                    "free space on the host, or delete checkpoints of other machines");
        }
        MachineRecord record = core.record();
        take(alive ? flattened(record) : squashed(record), alive);
    }

    private void take(MachineRecord shortened, boolean alive) {
        core.store(shortened.withoutUnneededLayers());
        core.removeUnneeded(alive);
    }

    /** Lets a machine with a process copy in the background if its chain is long. That it cannot is no failure. */
    void begin() {
        if (length() < LONG_CHAIN || !hasRoom()) {
            return;
        }
        MachineRecord record = core.record();
        try {
            core.hypervisor()
                    .beginFlattening(core.plan(record.top()), record.spec().disk());
        } catch (VmException e) {
            LOG.warn(
                    "the chain of machine {} is not shortened yet: {}",
                    core.key().id(),
                    e.getMessage());
        }
    }

    /** Ends the copying of a machine with a process, done or not: the chain may be changed afterwards. */
    void end() {
        // What is in the background was begun on this chain: a shorter one has none.
        if (length() < LONG_CHAIN) {
            return;
        }
        MachineRecord record = core.record();
        if (core.hypervisor()
                .endFlattening(core.plan(record.top()), record.spec().disk())) {
            take(rerooted(record), true);
        }
    }

    private int length() {
        return chain().size();
    }

    private List<String> chain() {
        return core.record().layers().chain(core.record().top());
    }

    /** A copy stands beside what is copied: a full disk would stop every machine of the host. */
    private boolean hasRoom() {
        return core.disks().room(core.files().root()).compareTo(needed()) >= 0;
    }

    private DataSize needed() {
        return DataSize.ofBytes(
                RESERVE.bytes() + chain().stream().mapToLong(core.files()::size).sum());
    }

    private MachineRecord flattened(MachineRecord record) {
        core.hypervisor().flatten(core.plan(record.top()), record.spec().disk());
        return rerooted(record);
    }

    private static MachineRecord rerooted(MachineRecord record) {
        return record.withLayers(record.layers().rerooted(record.top()));
    }

    private MachineRecord squashed(MachineRecord record) {
        MachineRecord counted = record.counted();
        String squashed = MachineRecord.layerName(counted.counter());
        core.disks()
                .squash(
                        core.files().file(record.top()),
                        core.files().file(squashed),
                        record.spec().disk(),
                        record.spec().diskFormat());
        core.hypervisor().grant(core.files().file(squashed), Hypervisor.Access.WRITE);
        return counted.withLayers(counted.layers().withRoot(squashed)).withTop(squashed);
    }
}
