package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmEvent;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmState;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says each change of state once. It compares what is with what was said last, so that a lost event, or several for
 * one change, do no harm. Used under the machine's turn.
 */
final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private final MachineCore core;
    private final Consumer<VmEvent> publish;
    private volatile VmState last = VmState.STOPPED;
    private volatile boolean guestShutDown;

    Announcer(MachineCore core, Consumer<VmEvent> publish) {
        this.core = core;
        this.publish = publish;
    }

    VmState last() {
        return last;
    }

    void initialise() {
        last = core.state();
    }

    /** The next time that the domain is found gone, it went in peace. */
    void guestShutDown() {
        guestShutDown = true;
    }

    /**
     * Looks, and says what changed.
     *
     * @param requested whether a verb of ours has just been done
     */
    void announce(boolean requested) {
        try {
            Optional<DomainStatus> status = core.status();
            if (status.isEmpty() && core.record().power() == Power.ON) {
                buryDomain();
            }
            VmState now = MachineCore.stateOf(core.record().power(), status);
            guestShutDown &= status.isPresent() && !requested;
            if (now != last) {
                last = now;
                publish.accept(new VmEvent(core.key().id(), now, cause(now, requested, status)));
            }
        } catch (VmException e) {
            if (e.code() != VmErrorCode.HYPERVISOR_UNAVAILABLE) {
                throw e;
            }
            // Once the daemon is back, everybody looks again.
            LOG.debug("state of machine {} not known now: {}", core.key().id(), e.getMessage());
        }
    }

    private void buryDomain() {
        if (guestShutDown && core.record().pending().isEmpty()) {
            core.store(core.record()
                    .withPower(Power.OFF)
                    .withAttachments(List.of())
                    .withoutUnneededLayers());
        }
        core.removeUnneeded(false);
    }

    private static VmEvent.Cause cause(VmState now, boolean requested, Optional<DomainStatus> status) {
        if (now == VmState.CRASHED) {
            return VmEvent.Cause.CRASHED;
        }
        if (now == VmState.PAUSED && status.filter(DomainStatus::diskFailed).isPresent()) {
            return VmEvent.Cause.IO_ERROR;
        }
        if (requested) {
            return VmEvent.Cause.REQUESTED;
        }
        return now == VmState.STOPPED ? VmEvent.Cause.GUEST_SHUTDOWN : VmEvent.Cause.EXTERNAL;
    }
}
