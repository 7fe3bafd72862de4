package dev.mulligan.vm.machine;

import dev.mulligan.vm.Priority;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmState;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verbs that give a machine its process and take it away. */
final class PowerSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(PowerSwitch.class);
    private final MachineCore core;
    private final Shortening shortening;

    PowerSwitch(MachineCore core, Shortening shortening) {
        this.core = core;
        this.shortening = shortening;
    }

    /** @param still called before a saved one goes on */
    void start(Runnable still) {
        VmState state = core.require("start", VmState.STOPPED, VmState.CRASHED, VmState.SAVED);
        if (state == VmState.SAVED) {
            continueSaved(still);
        } else {
            boot();
        }
    }

    private void boot() {
        MachineRecord before = core.record();
        core.removeUnneeded(false);
        core.store(before.withPower(Power.ON).withAttachments(List.of()).withoutUnneededLayers());
        try {
            core.hypervisor().boot(core.plan(before.top()));
        } catch (RuntimeException e) {
            core.store(before);
            throw e;
        }
    }

    /** The process is there, and its processors stand still. */
    void load() {
        if (core.require("load", VmState.SAVED, VmState.PAUSED) == VmState.SAVED) {
            loadSaved();
        }
    }

    private void continueSaved(Runnable still) {
        loadSaved();
        still.run();
        core.hypervisor().resume(core.key());
    }

    private void loadSaved() {
        MachineRecord record = core.record();
        String memory = record.memory().orElseThrow();
        core.requireFits("saved machine " + core.key().id(), core.files().file(memory));
        core.store(record.withPending(new Pending.Continue()));
        // Paused, so that no instruction runs while the record still says that the memory file counts.
        core.hypervisor().restore(core.plan(record.top()), core.files().file(memory), true);
        core.store(Settlement.continued(core.record()));
        core.removeUnneeded(true);
    }

    void pause() {
        if (core.require("pause", VmState.RUNNING, VmState.PAUSED) == VmState.RUNNING) {
            core.hypervisor().pause(core.key());
        }
    }

    void resume() {
        if (core.require("resume", VmState.RUNNING, VmState.PAUSED) == VmState.PAUSED) {
            core.hypervisor().resume(core.key());
        }
    }

    void prioritise(Priority priority) {
        core.require("prioritise", VmState.RUNNING, VmState.PAUSED);
        core.hypervisor().prioritise(core.key(), priority);
    }

    void save() {
        if (core.require("save", VmState.RUNNING, VmState.PAUSED, VmState.SAVED) == VmState.SAVED) {
            return;
        }
        shortening.end();
        MachineRecord counted = core.record().counted();
        var save = new Pending.Save(MachineRecord.memoryName(counted.counter()));
        core.store(counted.withPending(save));
        core.hypervisor().save(core.plan(core.record().top()), core.files().file(save.memory()));
        core.store(Settlement.saved(core.record(), save));
        core.removeUnneeded(false);
    }

    void stop() {
        core.store(core.record()
                .withPower(Power.OFF)
                .withMemory(Optional.empty())
                .withAttachments(List.of())
                .withoutUnneededLayers());
        core.hypervisor().destroy(core.key());
        core.removeUnneeded(false);
    }

    void delete() {
        try {
            core.store(core.record().withPower(Power.OFF).withPending(new Pending.Delete()));
        } catch (VmException full) {
            if (full.code() != VmErrorCode.HOST_DISK_FULL) {
                throw full;
            }
            // Deleting is what makes room. Cut off now, it is a machine whose files are missing, to be deleted again.
            LOG.warn(
                    "machine {} is deleted without a note of it: {}", core.key().id(), full.getMessage());
        }
        core.hypervisor().destroy(core.key());
        core.files().removeAll();
    }
}
