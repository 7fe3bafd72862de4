package dev.mulligan.host.sandbox;

import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** The files that machines, or their checkpoints, have as further disks: they must stay. */
public final class AttachedFiles implements Supplier<Set<Path>> {
    private final Supplier<VmManager> machines;

    /** @param machines asked each time */
    public AttachedFiles(Supplier<VmManager> machines) {
        this.machines = machines;
    }

    @Override
    public Set<Path> get() {
        Set<Path> files = new HashSet<>();
        for (Vm vm : machines.get().list()) {
            try {
                files.addAll(vm.attachedFiles());
            } catch (VmException failed) {
                if (failed.code() != VmErrorCode.NOT_FOUND) {
                    throw VmFailures.translate(failed);
                }
                // Deleted since it was listed.
            }
        }
        return files;
    }
}
