package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmManagerConfig;
import dev.mulligan.vm.disk.QemuImage;
import dev.mulligan.vm.machine.Machines;
import dev.mulligan.vm.template.TemplateStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;

/** Opens managers whose machines are libvirt domains. */
public final class LibvirtDriver {
    private final VmManagerConfig config;

    public LibvirtDriver(VmManagerConfig config) {
        this.config = config;
    }

    public VmManager open() {
        boolean root = isRoot();
        URI uri = config.uri().orElse(URI.create(root ? "qemu:///system" : "qemu:///session"));
        var hypervisor = new LibvirtHypervisor(uri, config.reconnectTimeout());
        try {
            if (root) {
                requirePassable(config.directory());
            }
            return Machines.open(config, hypervisor, new QemuImage(), Clock.systemUTC(), TemplateStore::new);
        } catch (RuntimeException e) {
            hypervisor.close();
            throw e;
        }
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "/proc/self cannot be read (expected: Linux)", e);
        }
    }

    /** QEMU runs as a user of its own, which must get through to the files that it is given. */
    private static void requirePassable(Path directory) {
        for (Path parent = directory; parent != null; parent = parent.getParent()) {
            try {
                if (Files.exists(parent)
                        && !Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    throw VmException.of(
                            VmErrorCode.INVALID_ARGUMENT,
                            "machine directory " + directory,
                            parent + " lets nobody through",
                            "o+x on every directory of the way, for the hypervisor's user",
                            "chmod o+x " + parent + ", or use another directory");
                }
            } catch (IOException e) {
                throw new VmException(VmErrorCode.STORAGE_FAILED, "permissions of " + parent + " cannot be read", e);
            }
        }
    }
}
