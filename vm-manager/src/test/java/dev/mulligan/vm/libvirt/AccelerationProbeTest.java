package dev.mulligan.vm.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.Acceleration.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccelerationProbeTest {
    @TempDir
    Path directory;

    private Acceleration probe(String flags, boolean device, boolean kvm, Optional<String> trialFailure)
            throws IOException {
        Path processor = directory.resolve("cpuinfo");
        Files.writeString(processor, "processor\t: 0\nflags\t\t: fpu " + flags + " sse2\n");
        Path file = directory.resolve("kvm");
        if (device) {
            Files.createFile(file);
        }
        var host = new Host(11_003_000, 10_000_002, "QEMU", "", kvm ? Optional.of("<x/>") : Optional.empty());
        TrialGuest trial = new TrialGuest() {
            @Override
            Optional<String> failure() {
                return trialFailure;
            }
        };
        return new AccelerationProbe(host, processor, file, trial).probe();
    }

    @Test
    void aDeviceIsNoProofWithoutTheProcessorsFlags() throws IOException {
        Acceleration found = probe("lahf_lm", true, true, Optional.empty());
        assertThat(found.kind()).isEqualTo(Kind.EMULATED);
        assertThat(found.reason()).contains("neither vmx nor svm");
    }

    @Test
    void flagsAreNoProofWithoutTheDevice() throws IOException {
        assertThat(probe("vmx", false, true, Optional.empty()).reason()).contains("missing");
    }

    @Test
    void bothAreNoProofIfLibvirtCannotUseThem() throws IOException {
        assertThat(probe("svm", true, false, Optional.empty()).reason()).contains("virt-host-validate");
    }

    @Test
    void aTrialGuestHasTheLastWord() throws IOException {
        assertThat(probe("svm", true, true, Optional.of("emulation failure")))
                .isEqualTo(new Acceleration(Kind.EMULATED, "a trial guest with KVM failed: emulation failure"));
        Files.delete(directory.resolve("kvm"));
        assertThat(probe("vmx", true, true, Optional.empty()).kind()).isEqualTo(Kind.KVM);
    }
}
