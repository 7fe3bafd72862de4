package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.template.WarmPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what an earlier life of the host agent left: sandboxes go on as their machines are, what was half made
 * is removed, what was half deleted is deleted.
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    private final SandboxContext context;
    private final Roster roster;
    private final Deletion deletion;

    Adoption(SandboxContext context, Roster roster, Deletion deletion) {
        this.context = context;
        this.roster = roster;
        this.deletion = deletion;
    }

    void run() {
        for (SandboxEntry entry : context.journal().all()) {
            LiveSandbox sandbox = new LiveSandbox(context, entry);
            roster.restore(sandbox);
            try {
                adopt(sandbox);
            } catch (HostException | VmException failed) {
                // The others must not wait for it.
                LOG.warn("sandbox {} could not be settled: {}", sandbox.id(), failed.getMessage());
            }
        }
        removePool();
    }

    /** Machines that stood ready, and became nobody's sandbox. */
    private void removePool() {
        for (Vm vm : context.vms().list()) {
            boolean owned = roster.find(new SandboxId(vm.id().value())).isPresent();
            if (!owned && vm.spec().metadata().containsKey(WarmPool.MARK)) {
                try {
                    vm.delete();
                } catch (VmException failed) {
                    LOG.warn("machine {} of an earlier pool stays: {}", vm.id(), failed.getMessage());
                }
            }
        }
    }

    private void adopt(LiveSandbox sandbox) {
        switch (sandbox.state()) {
            case STARTING, DELETING -> {
                LOG.info("removing sandbox {}, which was {}", sandbox.id(), sandbox.state());
                deletion.delete(sandbox, Actor.HOST);
            }
            case READY, PAUSED, SAVED, BROKEN -> {
                boolean broken = sandbox.observe();
                LOG.info("adopted sandbox {}, {}", sandbox.id(), broken ? "broken" : sandbox.state());
            }
        }
    }
}
