package dev.mulligan.vm.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a frozen machine depends on, and that a change of it under a program that runs is noticed. */
final class TemplateSupportTest {
    private static final long LIBVIRT = 11_003_000;
    private static final long QEMU = 10_000_002;

    @TempDir
    Path directory;

    private Path emulator = Path.of("/");

    @BeforeEach
    void install() throws IOException {
        emulator = directory.resolve("qemu-system-x86_64");
        Files.writeString(emulator, "program");
    }

    private Host host(long libvirt, long qemu) {
        String capabilities = """
                <capabilities>
                  <host><cpu><arch>x86_64</arch></cpu></host>
                  <guest><arch name='i686'><emulator>/usr/bin/qemu-system-i386</emulator></arch></guest>
                  <guest><arch name='x86_64'><wordsize>64</wordsize><emulator>%s</emulator>
                    <machine>pc</machine><domain type='qemu'/></arch></guest>
                </capabilities>""".formatted(emulator);
        return new Host(libvirt, qemu, "QEMU", capabilities, Optional.empty());
    }

    private TemplateSupport support(Host host) {
        return TemplateSupport.of(host, Emulator.of(host), processor("fpu tsc", "5192.24"), false);
    }

    private static HostProcessor processor(String flags, String bogomips) {
        return HostProcessor.parse(List.of(
                "processor\t: 0", "model name\t: A Processor", "flags\t\t: " + flags, "bogomips\t: " + bogomips));
    }

    private String identity() {
        return support(host(LIBVIRT, QEMU)).identity();
    }

    @Test
    void itIsWhatADaemonAnEmulatorAndItsProgramAre() {
        assertThat(identity())
                .startsWith("libvirt 11003000 qemu 10000002 " + emulator + " 7 ")
                .endsWith(" pc emulated without erms,fsrm,la57,pku");
        assertThat(support(host(LIBVIRT + 1, QEMU)).identity()).isNotEqualTo(identity());
        assertThat(support(host(LIBVIRT, QEMU + 1)).identity()).isNotEqualTo(identity());
    }

    @Test
    void withKvmItIsTheProcessorToo() {
        String kvm = accelerated(processor("fpu tsc", "5192.24"));
        assertThat(kvm).contains(" pc kvm A Processor ").isNotEqualTo(identity());
        assertThat(accelerated(processor("fpu tsc", "6000.10"))).isEqualTo(kvm);
        assertThat(accelerated(processor("fpu tsc avx", "5192.24"))).isNotEqualTo(kvm);
        HostProcessor named = HostProcessor.parse(List.of("model name\t: Another Processor", "flags\t\t: fpu tsc"));
        assertThat(accelerated(named)).isNotEqualTo(kvm);
    }

    private String accelerated(HostProcessor processor) {
        Host host = host(LIBVIRT, QEMU);
        return TemplateSupport.of(host, Emulator.of(host), processor, true).identity();
    }

    @Test
    void anEmulatedClockGoesByTheRateOfASteadyCounter() {
        Host host = host(LIBVIRT, QEMU);
        String steady = "fpu tsc constant_tsc nonstop_tsc";
        assertThat(emulated(host, processor(steady, "5192.24")))
                .endsWith(" emulated without erms,fsrm,la57,pku counter 2600 MHz");
        // The same processor after a boot of the host, which measured it anew.
        assertThat(emulated(host, processor(steady, "5192.31")))
                .isEqualTo(emulated(host, processor(steady, "5192.24")));
        assertThat(emulated(host, processor(steady, "6000.10"))).endsWith(" counter 3000 MHz");
        assertThat(emulated(host, processor("fpu tsc constant_tsc", "5192.24")))
                .endsWith(" pc emulated without erms,fsrm,la57,pku");
        assertThat(emulated(host, HostProcessor.parse(List.of()))).endsWith(" pc emulated without erms,fsrm,la57,pku");
    }

    private static String emulated(Host host, HostProcessor processor) {
        return TemplateSupport.of(host, Emulator.of(host), processor, false).identity();
    }

    @Test
    void aRebuildOfTheSameVersionIsAnother() throws IOException {
        String before = identity();
        Files.setLastModifiedTime(emulator, FileTime.from(Instant.EPOCH));
        String touched = identity();
        Files.writeString(emulator, "program, rebuilt");
        Files.setLastModifiedTime(emulator, FileTime.from(Instant.EPOCH));
        assertThat(touched).isNotEqualTo(before);
        assertThat(identity()).isNotEqualTo(touched).isNotEqualTo(before);
    }

    @Test
    void anOldEmulatorIsAnObstacle() {
        assertThat(support(host(LIBVIRT, 7_002_022)).obstacle()).contains("this QEMU is older than 8.2");
    }

    @Test
    void aHostThatNamesNoEmulatorHasAnIdentityAllTheSame() {
        Host test = new Host(LIBVIRT, QEMU, "TEST", "<capabilities/>", Optional.empty());
        assertThat(support(test).identity())
                .isEqualTo("libvirt 11003000 qemu 10000002  pc emulated without erms,fsrm,la57,pku");
    }

    @Test
    void theDaemonIsAskedAgainOnlyWhenItWasAwayOrTheEmulatorIsAnotherFile() throws IOException {
        var answer = new AtomicReference<>(host(LIBVIRT, QEMU));
        var asked = new AtomicInteger();
        var platform = new Platform(
                answer.get(),
                () -> {
                    asked.incrementAndGet();
                    return answer.get();
                },
                false,
                Optional.empty());
        String first = platform.now().templates().identity();
        assertThat(platform.now().templates().identity()).isEqualTo(first);
        assertThat(asked).hasValue(0);

        Files.writeString(emulator, "program, newer");
        answer.set(host(LIBVIRT, QEMU + 1));
        String second = platform.now().templates().identity();
        assertThat(second).isNotEqualTo(first).contains("qemu 10000003");
        assertThat(platform.now().templates().identity()).isEqualTo(second);
        assertThat(asked).hasValue(1);

        platform.doubt();
        answer.set(host(LIBVIRT + 1, QEMU + 1));
        assertThat(platform.now().templates().identity()).contains("libvirt 11003001");
        assertThat(platform.now().host().daemonVersion()).isEqualTo(LIBVIRT + 1);
        assertThat(asked).hasValue(2);
    }

    @Test
    void aQuestionThatFailsIsAskedAgain() {
        var asked = new AtomicInteger();
        var platform = new Platform(
                host(LIBVIRT, QEMU),
                () -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new IllegalStateException("the daemon is away");
                    }
                    return host(LIBVIRT + 1, QEMU);
                },
                false,
                Optional.empty());
        platform.doubt();
        assertThatIllegalStateException().isThrownBy(platform::now);
        assertThat(platform.now().templates().identity()).contains("libvirt 11003001");
    }
}
