package dev.mulligan.vm;

/**
 * What runs the machines.
 *
 * @param uri the connection, such as {@code qemu:///system}
 * @param libvirt version of the daemon, such as {@code 11.3.0}
 * @param hypervisor name and version of what libvirt drives, such as {@code QEMU 10.0.2}
 */
public record HypervisorInfo(String uri, String libvirt, String hypervisor) {
    @Override
    public String toString() {
        return "libvirt " + libvirt + ", " + hypervisor + " (" + uri + ")";
    }
}
