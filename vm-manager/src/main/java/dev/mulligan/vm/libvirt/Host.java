package dev.mulligan.vm.libvirt;

import com.sun.jna.Pointer;
import dev.mulligan.vm.HypervisorInfo;
import dev.mulligan.vm.libvirt.xml.DomainXml;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.libvirt.LibvirtException;

/**
 * What the daemon says about its host.
 *
 * @param daemonVersion as libvirt counts: major · 1,000,000 + minor · 1,000 + release
 * @param emulatorVersion likewise
 * @param driver its name, such as {@code QEMU}
 * @param capabilities of the host, as XML
 * @param kvm what it says about domains that use KVM, as XML; empty if it knows of no KVM
 */
record Host(long daemonVersion, long emulatorVersion, String driver, String capabilities, Optional<String> kvm) {

    static Host ask(Connection connection) {
        try {
            Pointer capabilities = NativeCalls.LIBVIRT.virConnectGetCapabilities(connection.pointer());
            if (capabilities == null) {
                throw LibvirtFailure.last("capabilities of the host", connection);
            }
            String text = NativeText.take(capabilities);
            return new Host(
                    connection.getLibVersion(),
                    connection.getVersion(),
                    connection.getType().toUpperCase(Locale.ROOT),
                    text,
                    kvm(connection));
        } catch (LibvirtException e) {
            throw LibvirtFailure.of("the host's description", e);
        }
    }

    private static Optional<String> kvm(Connection connection) {
        Pointer text = NativeCalls.LIBVIRT.virConnectGetDomainCapabilities(
                connection.pointer(), null, "x86_64", DomainXml.BOARD, "kvm", 0);
        return Optional.ofNullable(text).map(NativeText::take);
    }

    HypervisorInfo info(URI uri) {
        return new HypervisorInfo(uri.toString(), version(daemonVersion), driver + " " + version(emulatorVersion));
    }

    private static String version(long number) {
        return number / 1_000_000 + "." + number / 1_000 % 1_000 + "." + number % 1_000;
    }
}
