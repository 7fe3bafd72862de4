package dev.mulligan.vm;

import org.junit.jupiter.api.Tag;

/** The contract again, with a real machine that came from a template. */
@Tag("vm")
final class CloneOfTemplateIT extends LibvirtVmManagerIT {
    @Override
    Vm define(VmId id) {
        Vm vm = manager().define(spec(id), template());
        vm.checkpoints().forEach(checkpoint -> vm.deleteCheckpoint(checkpoint.id()));
        return vm;
    }
}
