package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.Acceleration.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds out whether KVM really works. A device file is no proof: there are hosts on which KVM creates a machine and
 * every guest then dies. So the processor is asked first, then the device, then libvirt, and in the end a guest is
 * started.
 */
final class AccelerationProbe {
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final Path DEVICE = Path.of("/dev/kvm");
    private final Host host;
    private final Path processor;
    private final Path device;
    private final TrialGuest trial;

    AccelerationProbe(Host host) {
        this(host, PROCESSOR, DEVICE, new TrialGuest());
    }

    AccelerationProbe(Host host, Path processor, Path device, TrialGuest trial) {
        this.host = host;
        this.processor = processor;
        this.device = device;
        this.trial = trial;
    }

    Acceleration probe() {
        if (!processorFlags().contains("vmx") && !processorFlags().contains("svm")) {
            return emulated("the processor shows neither vmx nor svm, so a KVM guest could not run, even if " + device
                    + " is there");
        }
        if (!Files.exists(device)) {
            return emulated("the processor could, but " + device + " is missing: load the module kvm_intel or kvm_amd,"
                    + " or allow nested virtualization");
        }
        if (host.kvm().isEmpty()) {
            return emulated("the processor could, but libvirt cannot use " + device
                    + ": look at its permissions and at virt-host-validate");
        }
        return trial.failure()
                .map(reason -> emulated("a trial guest with KVM failed: " + reason))
                .orElseGet(() -> new Acceleration(
                        Kind.KVM, "the processor shows vmx or svm, libvirt offers KVM, and a trial guest ran"));
    }

    private static Acceleration emulated(String reason) {
        return new Acceleration(Kind.EMULATED, reason);
    }

    private Set<String> processorFlags() {
        try {
            return Files.readAllLines(processor).stream()
                    .filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> (Set<String>) new HashSet<>(Arrays.asList(line.split("\\s+"))))
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }
}
