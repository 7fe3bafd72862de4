package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.RealTemplates;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManagerConfig;
import dev.mulligan.vm.VmState;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may happen beside a copy in the background. The hypervisor refuses changes of the disk as long as there is one. */
final class ShorteningTest {
    private static final VmId ID = new VmId("m");

    @TempDir
    Path directory;

    private static final class EmptyGuest implements SimulatedGuest {
        @Override
        public Object snapshot() {
            return "";
        }

        @Override
        public void restore(Object state) {}

        @Override
        public void close() {}
    }

    private final FakeHypervisor hypervisor = new FakeHypervisor((id, socket) -> new EmptyGuest());
    private final FakeDiskTool disks = new FakeDiskTool();
    private Machines machines;
    private Checkpoint first;

    @BeforeEach
    void aMachineOnALongChain() {
        machines = open();
        Template template = machines.templates().prepare(Specs.any(new VmId("any")), "content", (port, log) -> {});
        machines.define(Specs.any(ID), template).start();
        first = vm().checkpoint(CheckpointKind.FULL, "first");
        deepenUntilItCopies();
    }

    @AfterEach
    void close() {
        assertThat(machines.leftovers()).isEmpty();
        machines.close();
    }

    private Machines open() {
        return Machines.open(
                VmManagerConfig.of(directory), hypervisor, disks, Clock.systemUTC(), RealTemplates.opening());
    }

    private Vm vm() {
        return machines.find(ID).orElseThrow();
    }

    private MachineRecord record() {
        return new MachineFiles(directory.resolve(ID.value())).load();
    }

    private int length() {
        return record().layers().chain(record().top()).size();
    }

    private void deepenUntilItCopies() {
        for (int number = 0; !hypervisor.isCopying(); number++) {
            assertThat(number).isLessThan(Shortening.LONG_CHAIN);
            vm().checkpoint(CheckpointKind.DISK, "one of many");
        }
        assertThat(length()).isEqualTo(Shortening.LONG_CHAIN);
    }

    @Test
    void theNextCheckpointMakesAFinishedCopyCount() {
        hypervisor.finishCopies();
        vm().checkpoint(CheckpointKind.DISK, "next");
        assertThat(length()).isEqualTo(2);
        assertThat(hypervisor.isCopying()).isFalse();
    }

    @Test
    void anUnfinishedCopyIsBegunAgainUntilTheLongestChainWaitsForIt() {
        int longest = IntStream.range(0, 30)
                .map(number -> {
                    vm().checkpoint(CheckpointKind.DISK, "at once");
                    return length();
                })
                .max()
                .orElseThrow();
        assertThat(longest).isEqualTo(Shortening.LONGEST_CHAIN);
        assertThat(length()).isLessThan(Shortening.LONGEST_CHAIN);
    }

    /** A full disk stops every machine of the host: whoever writes next. */
    @Test
    void withoutRoomForItNothingIsCopied() {
        hypervisor.finishCopies();
        vm().checkpoint(CheckpointKind.DISK, "next");
        disks.room(DataSize.ofMebibytes(100));
        while (length() < Shortening.LONGEST_CHAIN) {
            vm().checkpoint(CheckpointKind.DISK, "one of many");
            assertThat(hypervisor.isCopying()).isFalse();
        }
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> vm().checkpoint(CheckpointKind.DISK, "one too many"))
                .satisfies(failed -> assertThat(failed.code()).isEqualTo(VmErrorCode.HOST_DISK_FULL));
        vm().revert(first.id());
        disks.room(DataSize.ofGibibytes(100));
        vm().checkpoint(CheckpointKind.DISK, "with room");
        assertThat(vm().state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void aReturnASaveAndAForkGoOnBesideACopy() {
        Checkpoint full = vm().checkpoint(CheckpointKind.FULL, "beside");
        assertThat(hypervisor.isCopying()).isTrue();
        Vm fork = vm().fork(full.id(), new VmId("fork"), Map.of());
        assertThat(hypervisor.isCopying()).as("a fork changes nothing here").isTrue();
        fork.delete();
        vm().save();
        assertThat(vm().state()).isEqualTo(VmState.SAVED);
        vm().start();
        vm().checkpoint(CheckpointKind.DISK, "again");
        assertThat(hypervisor.isCopying()).isTrue();
        vm().revert(first.id());
        assertThat(hypervisor.isCopying()).isFalse();
        assertThat(vm().state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void anotherProgramMakesTheCopyCount() {
        machines.close();
        hypervisor.finishCopies();
        machines = open();
        vm().checkpoint(CheckpointKind.DISK, "next");
        assertThat(length()).isEqualTo(2);
    }

    @Test
    void aProcessThatDiesBesideACopyLeavesTheChainAsItWas() {
        int before = length();
        hypervisor.finishCopies();
        hypervisor.kill(machines.keyOf(ID).uuid());
        assertThat(vm().state()).isEqualTo(VmState.CRASHED);
        vm().revert(first.id());
        vm().checkpoint(CheckpointKind.DISK, "next");
        assertThat(before).isEqualTo(Shortening.LONG_CHAIN);
        assertThat(vm().state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void stopAndDeletionDoNotWaitForACopy() {
        vm().stop();
        assertThat(length()).isEqualTo(Shortening.LONG_CHAIN);
        vm().start();
        vm().checkpoint(CheckpointKind.DISK, "again");
        assertThat(hypervisor.isCopying()).isTrue();
        vm().delete();
        assertThat(hypervisor.isCopying()).isFalse();
    }
}
