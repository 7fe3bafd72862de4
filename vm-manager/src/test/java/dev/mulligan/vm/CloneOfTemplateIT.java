package dev.mulligan.vm;

import org.junit.jupiter.api.Tag;

/** The contract again, with a real machine that came from a template. */
@Tag("vm")
final class CloneOfTemplateIT extends LibvirtVmManagerIT {
    @Override
    Vm define(VmId id) {
        return manager().define(spec(id), template());
    }
}
