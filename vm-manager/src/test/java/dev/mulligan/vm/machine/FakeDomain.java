package dev.mulligan.vm.machine;

import dev.mulligan.vm.Priority;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.checkpoint.Attachment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A domain of {@link FakeHypervisor}, guarded by its lock. */
final class FakeDomain {
    final DomainPlan plan;
    final SimulatedGuest guest;
    final List<Attachment> attachments = new ArrayList<>();
    Path top;
    boolean running = true;
    boolean diskFailed;
    boolean diskThrownOut;
    Priority priority = Priority.NORMAL;

    /** What the hypervisor was when it started. */
    final String hypervisor;

    /** Whether the layers below are being copied into the top one, and whether all has been. */
    boolean copying;

    boolean copied;

    /** The top that has taken in all below it. */
    Optional<Path> flat = Optional.empty();

    /** What is still to be done with it for somebody who is gone. */
    Optional<Runnable> job = Optional.empty();

    FakeDomain(DomainPlan plan, SimulatedGuest guest, String hypervisor) {
        this.plan = plan;
        this.hypervisor = hypervisor;
        this.guest = guest;
        this.top = plan.top();
    }

    /** What a memory file holds. */
    record Memory(Object state, List<Attachment> attachments, Optional<String> hypervisor) {}

    /** What its memory is bound to; a memory of its own is not. */
    Optional<String> binding() {
        return plan.memory() instanceof GuestMemory.Own ? Optional.empty() : Optional.of(hypervisor);
    }

    DomainStatus status() {
        return new DomainStatus(
                running,
                diskFailed,
                attachments.stream().map(Attachment::serial).collect(Collectors.toSet()));
    }
}
