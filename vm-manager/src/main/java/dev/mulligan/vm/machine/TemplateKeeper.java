package dev.mulligan.vm.machine;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.Templates;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.disk.DiskTool;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The templates of a directory, as its machines see them. */
public interface TemplateKeeper extends Templates {
    /** Under which names domains run that are to become templates: nobody else owns them. */
    Set<VmId> making();

    /** Directories that are no template, and not becoming one. */
    List<Leftover> leftovers();

    /** Opens the templates of a directory of machines. */
    @FunctionalInterface
    interface Opening {
        /**
         * Opens them.
         *
         * @param inUse whether a machine stands on a template
         */
        TemplateKeeper open(
                Path machines, Hypervisor hypervisor, DiskTool disks, InstantSource clock, Predicate<TemplateId> inUse);
    }
}
