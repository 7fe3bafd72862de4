package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.machine.DomainPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How memory and first disk of a domain are dealt with: which way it is follows from where its memory is. */
interface DomainWay {
    /** See {@link dev.mulligan.vm.machine.Hypervisor#save}. */
    void save(Domain domain, DomainPlan plan, Path memory);

    /** See {@link dev.mulligan.vm.machine.Hypervisor#snapshot}. */
    Duration snapshot(Domain domain, DomainPlan plan, Path layer, Optional<Path> memory);

    /** See {@link Flattening.Steps#begin}. */
    boolean flatten(Domain domain, Path image);

    /** See {@link Flattening.Steps#isDone}. */
    boolean isFlattened(Domain domain, Path image);

    /** See {@link Flattening.Steps#giveUp}. */
    void giveUpFlattening(Domain domain, Path image);

    /** See {@link dev.mulligan.vm.machine.Hypervisor#beginFlattening}. */
    void beginFlattening(Domain domain, Path image);

    /** See {@link dev.mulligan.vm.machine.Hypervisor#endFlattening}. */
    boolean endFlattening(Domain domain, Path image);

    /** See {@link dev.mulligan.vm.machine.Hypervisor#top}. */
    Optional<Path> top(Domain domain);
}
