package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.vm.VmState;
import java.util.Optional;

/** Brings a sandbox's state into agreement with its machine's, which has the last word. Used in a turn. */
final class StateAgreement {
    private final LiveSandbox sandbox;

    StateAgreement(LiveSandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Returns whether the sandbox is broken. */
    boolean settle(Optional<VmState> machine) {
        switch (sandbox.state()) {
            case STARTING, DELETING -> {
                return false;
            }
            case READY, PAUSED, SAVED, BROKEN -> settleKnown(machine);
        }
        return sandbox.state() == SandboxState.BROKEN;
    }

    private void settleKnown(Optional<VmState> machine) {
        if (machine.isEmpty()) {
            breakDown("its machine is gone");
            return;
        }
        switch (machine.get()) {
            case CRASHED -> breakDown("its machine died");
            case STOPPED -> breakDown("its machine was shut down");
            case RUNNING -> become(SandboxState.READY);
            case PAUSED -> become(SandboxState.PAUSED);
            case SAVED -> become(SandboxState.SAVED);
        }
    }

    private void breakDown(String reason) {
        sandbox.unlink(HostErrorCode.GUEST_UNREACHABLE, "the sandbox is broken, " + reason);
        if (sandbox.state() != SandboxState.BROKEN) {
            sandbox.become(SandboxState.BROKEN, reason);
        }
    }

    private void become(SandboxState state) {
        // A machine that runs although the sandbox is broken: its guest did not answer. That is for a rollback.
        if (sandbox.state() != state && sandbox.state() != SandboxState.BROKEN) {
            sandbox.become(state, "");
            sandbox.link().ifPresent(link -> link.expectStillness(state == SandboxState.PAUSED));
            if (state == SandboxState.SAVED) {
                sandbox.unlink(HostErrorCode.GUEST_UNREACHABLE, "the sandbox was saved");
            }
        }
    }
}
