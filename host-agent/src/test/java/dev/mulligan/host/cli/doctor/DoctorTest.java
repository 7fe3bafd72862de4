package dev.mulligan.host.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.Shell;
import dev.mulligan.host.cli.doctor.Finding.Level;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check, on a machine that is well and on one that is not. */
final class DoctorTest {
    private final Path directory;
    private final HostDirectories directories;

    DoctorTest(@TempDir Path directory) {
        this.directory = directory;
        this.directories = new HostDirectories(directory.resolve("state"));
    }

    @Test
    void nothingIsChangedByLooking() {
        List<Finding> findings = new ArrayList<>();
        new Doctor(directories, "", Optional.empty(), Optional.empty()).examine(findings::add);
        assertThat(findings)
                .extracting(Finding::name)
                .contains(
                        "Java",
                        "libvirt",
                        "acceleration",
                        "qemu-img",
                        "Docker",
                        "memory",
                        "state",
                        "disk",
                        "leftovers");
        assertThat(findings)
                .allSatisfy(finding -> assertThat(
                                finding.level() == Level.OK || !finding.remedy().isEmpty())
                        .as(finding.toString())
                        .isTrue());
        assertThat(directories.state()).doesNotExist();
    }

    @Test
    void missingProgramsFail() {
        program("qemu-img", "");
        Programs programs = new Programs(directory.toString());
        assertThat(new ProgramsCheck(programs).run().getFirst())
                .isEqualTo(Finding.ok("qemu-img", directory.resolve("qemu-img").toString()));
        assertThat(programs.find("no-such-program-anywhere")).isEmpty();
    }

    @Test
    void libvirtIsAskedWithVirsh() {
        program("virsh", "echo 'Running hypervisor: QEMU 10.0.2'; echo 'Running against daemon: 11.3.0'");
        assertThat(hypervisor(Optional.empty()).detail()).startsWith("libvirt 11.3.0, QEMU 10.0.2 (qemu:///");
        program("virsh", "exit 1");
        assertThat(hypervisor(Optional.empty()).level()).isEqualTo(Level.FAIL);
    }

    @Test
    void theHostAgentKnowsBetter() {
        GetStatusResponse status = GetStatusResponse.newBuilder()
                .setHypervisor("libvirt 1, QEMU 2")
                .setAcceleration("software emulation")
                .setAccelerationReason("KVM died")
                .build();
        assertThat(hypervisor(Optional.of(status)).detail()).isEqualTo("libvirt 1, QEMU 2");
        Finding acceleration = new AccelerationCheck(directory, directory, Optional.of(status))
                .run()
                .getFirst();
        assertThat(acceleration.level()).isEqualTo(Level.WARN);
        assertThat(acceleration.detail())
                .contains("software emulation (KVM died)")
                .contains("slower");
    }

    @Test
    void accelerationByTheProcessorsFlags() throws IOException {
        Path kvm = Files.createFile(directory.resolve("kvm"));
        Path cpuinfo = directory.resolve("cpuinfo");
        Files.writeString(cpuinfo, "processor : 0\nflags\t\t: fpu vme svm_not pae\n");
        assertThat(acceleration(kvm)).isEqualTo(Level.WARN);
        Files.writeString(cpuinfo, "processor : 0\nflags\t\t: fpu vmx pae\n");
        assertThat(acceleration(kvm)).isEqualTo(Level.OK);
        assertThat(acceleration(directory.resolve("no-kvm"))).isEqualTo(Level.WARN);
    }

    @ParameterizedTest
    @CsvSource({"8000000, OK", "900000, WARN", "100000, FAIL"})
    void memory(long kilobytes, Level level) throws IOException {
        Path meminfo = Files.writeString(directory.resolve("meminfo"), "MemAvailable:   " + kilobytes + " kB\n");
        assertThat(new MemoryCheck(meminfo).run().getFirst().level()).isEqualTo(level);
    }

    @Test
    void aSocketThatOthersCanReachFails() throws IOException {
        directories.create();
        assertThat(new StateCheck(directories).run()).extracting(Finding::level).startsWith(Level.OK);
        Files.setPosixFilePermissions(directories.run(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new StateCheck(directories).run().getFirst())
                .isEqualTo(Finding.fail(
                        "state",
                        directories.run() + " is open to others (rwxr-xr-x): whoever reaches the socket in it may do"
                                + " everything",
                        "chmod 700 " + directories.run()));
    }

    @Test
    void noDockerIsAWarning() {
        assertThat(new DockerCheck(directory.resolve("docker.sock"))
                        .run()
                        .getFirst()
                        .level())
                .isEqualTo(Level.WARN);
    }

    private Finding hypervisor(Optional<GetStatusResponse> status) {
        return new HypervisorCheck(new Programs(directory.toString()), status)
                .run()
                .getFirst();
    }

    private Level acceleration(Path kvm) {
        return new AccelerationCheck(directory, kvm, Optional.empty())
                .run()
                .getFirst()
                .level();
    }

    private void program(String name, String script) {
        Shell.program(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
    }
}
