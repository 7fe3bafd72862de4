package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmManagerConfig;

/** Opens managers whose machines are libvirt domains. */
public final class LibvirtDriver {
    private final VmManagerConfig config;

    public LibvirtDriver(VmManagerConfig config) {
        this.config = config;
    }

    public VmManager open() {
        if (config.uri().isEmpty()) {
            throw new VmException(VmErrorCode.HYPERVISOR_UNAVAILABLE, "the libvirt driver follows in the next commits");
        }
        throw new VmException(VmErrorCode.HYPERVISOR_UNAVAILABLE, "the libvirt driver follows: " + config.uri());
    }
}
