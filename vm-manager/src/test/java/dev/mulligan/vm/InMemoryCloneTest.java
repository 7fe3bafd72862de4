package dev.mulligan.vm;

/** The contract again, with a machine that came from a template. */
final class InMemoryCloneTest extends InMemoryVmManagerTest {
    @Override
    Vm define(VmId id) {
        Vm vm = manager().define(spec(id), template());
        vm.checkpoints().forEach(checkpoint -> vm.deleteCheckpoint(checkpoint.id()));
        return vm;
    }
}
