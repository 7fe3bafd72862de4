package dev.mulligan.vm.machine;

/**
 * Keeps chains of layers short. Each layer costs the process a file and each read of old data a look; and libvirt asks
 * QEMU to describe all chains, one bracket within the other, whenever a process starts or a disk is plugged in: its
 * reader of JSON gives up at 32 brackets.
 *
 * <p>So before a checkpoint on a long chain, the present layer takes in all that is below it, down to the image, and
 * a new generation of layers begins. The frozen layers are only read. What the machine reads stays the same at every
 * moment, so a kill on the way changes nothing; and once no checkpoint of an old generation is left, its layers go.
 */
final class Shortening {
    /** How many layers a chain has at most when a checkpoint freezes it; a return adds one, QEMU has six brackets. */
    static final int LONGEST_CHAIN = 20;

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
        MachineRecord record = core.record();
        if (record.layers().chain(record.top()).size() < LONGEST_CHAIN) {
            return;
        }
        core.store((alive ? flattened(record) : squashed(record)).withoutUnneededLayers());
        core.removeUnneeded(alive);
    }

    private MachineRecord flattened(MachineRecord record) {
        core.hypervisor().flatten(core.plan(record.top()), record.spec().disk());
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
