package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.libvirt.xml.DomainXml;
import dev.mulligan.vm.libvirt.xml.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether this host can freeze and clone machines, and what of it a frozen machine depends on.
 *
 * @param obstacle why it cannot; empty if it can
 * @param identity versions of libvirt and QEMU, the very program, and what guests see of the board and the processor
 */
record TemplateSupport(Optional<String> obstacle, String identity) {
    // The first that maps a memory file privately without opening it for writing.
    private static final long OLDEST_EMULATOR = 8_002_000;
    private static final int CAN_TRACE = 19;

    static TemplateSupport of(Host host, Emulator emulator, HostProcessor processor, boolean accelerated) {
        String identity = String.join(
                        " ",
                        "libvirt " + host.daemonVersion(),
                        "qemu " + host.emulatorVersion(),
                        emulator.toString(),
                        DomainXml.BOARD,
                        accelerated ? "kvm" : "emulated without " + String.join(",", Engine.HIDDEN),
                        accelerated ? shown(processor) : counted(processor))
                .strip();
        if (host.emulatorVersion() < OLDEST_EMULATOR) {
            return new TemplateSupport(Optional.of("this QEMU is older than 8.2"), identity);
        }
        boolean canTrace = (Long.parseUnsignedLong(line("/proc/self/status", "CapEff"), 16) >> CAN_TRACE & 1) == 1
                || line("/proc/sys/kernel/yama/ptrace_scope", "").equals("0");
        return new TemplateSupport(
                canTrace
                        ? Optional.empty()
                        : Optional.of("this process may not read the memory of QEMU processes (CAP_SYS_PTRACE)"),
                identity);
    }

    /** With KVM guests see the host's processor: its name for people to read, and what it can do. */
    private static String shown(HostProcessor processor) {
        return processor.name() + " "
                + Integer.toHexString(String.join(" ", processor.flags()).hashCode());
    }

    /** Emulation shows every guest the same processor, whatever the host's, but for the rate of its counter. */
    private static String counted(HostProcessor processor) {
        OptionalInt rate = processor.steadyCounter();
        return rate.isPresent() ? "counter " + rate.getAsInt() + " MHz" : "";
    }

    /** The first line that begins with a name, without it; empty if there is none. */
    private static String line(String file, String name) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            return lines.stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length())
                            .replaceFirst("^\\s*:\\s*", "")
                            .strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException missing) {
            return "";
        }
    }
}
