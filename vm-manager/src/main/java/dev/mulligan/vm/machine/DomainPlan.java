package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmSpec;
import java.nio.file.Path;

/**
 * From what a domain is made.
 *
 * @param key its names
 * @param machines the directory of its manager, for the mark
 * @param spec kernel, memory, processors
 * @param top the layer that its disk writes to
 * @param port where the host's end of the guest port will be
 * @param serialLog where the console goes
 * @param memory where its memory is
 */
public record DomainPlan(
        DomainKey key, Path machines, VmSpec spec, Path top, Path port, Path serialLog, GuestMemory memory) {}
