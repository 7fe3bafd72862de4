package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The host's disk is full below a real machine: it stands still, loses nothing, and goes on when there is room. */
@Tag("vm")
final class FullDiskIT {
    private static final VmId ID = new VmId("fulldisk");
    // The guest's disk has 64 MiB, of which it writes more than the host has room for.
    private static final int SMALL = 48;
    private static final int TOO_MUCH = 56;
    // With room for the memory of a checkpoint too, which is 128 MiB at most.
    private static final int ENOUGH = 512;

    @Test
    void aMachineStandsStillOnAFullDiskAndGoesOnWhenThereIsRoom() throws IOException {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (RealHost host = new RealHost();
                SmallDisk disk = new SmallDisk(host.directory.resolve("small"), ENOUGH, SMALL);
                VmManager manager = VmManager.open(VmManagerConfig.of(disk.directory.resolve("machines")))) {
            Vm vm = manager.define(host.spec(ID));
            try {
                fillAndGoOn(manager, vm, disk);
                disk.takeTheRest();
            } finally {
                host.keepLogs("FullDiskIT");
                // Which makes room, so it must need none.
                vm.delete();
            }
            assertThat(manager.list()).isEmpty();
            assertThat(manager.leftovers()).isEmpty();
        }
    }

    private static void fillAndGoOn(VmManager manager, Vm vm, SmallDisk disk) throws IOException {
        var guest = new TinyGuestVoice(vm.guestPort());
        vm.start();
        guest.remember("in memory");
        guest.writeDisk("before");
        Checkpoint before = vm.checkpoint(CheckpointKind.DISK, "before");

        var events = new CopyOnWriteArrayList<VmEvent>();
        try (Subscription _ = manager.subscribe(events::add)) {
            guest.fill(TOO_MUCH);
            Await.until("the full disk told", () -> !events.isEmpty());
            assertThat(events).containsExactly(new VmEvent(ID, VmState.PAUSED, VmEvent.Cause.IO_ERROR));
            assertThat(vm.state()).isEqualTo(VmState.PAUSED);

            disk.takeTheRest();
            assertFull(() -> vm.checkpoint(CheckpointKind.FULL, "no room"));
            assertFull(() -> vm.checkpoint(CheckpointKind.DISK, "no room"));
            assertFull(vm::save);
            assertThat(vm.checkpoints()).containsExactly(before);
            assertThat(vm.state()).isEqualTo(VmState.PAUSED);
            assertThat(manager.leftovers()).isEmpty();
            assertThat(events).hasSize(1);

            disk.makeRoom();
            vm.resume();
            Await.until("all written and read back", () -> !guest.missing().isEmpty());
            assertThat(guest.missing()).isEqualTo("0");
            assertThat(guest.readDisk()).isEqualTo("before");
            assertThat(guest.recall()).isEqualTo("in memory");
            assertThat(events).endsWith(new VmEvent(ID, VmState.RUNNING, VmEvent.Cause.REQUESTED));
        }

        Checkpoint after = vm.checkpoint(CheckpointKind.FULL, "with room");
        vm.revert(before.id());
        assertThat(guest.readDisk()).isEqualTo("before");
        assertThat(guest.recall()).isEmpty();
        vm.revert(after.id());
        assertThat(guest.recall()).isEqualTo("in memory");
        assertThat(guest.missing()).isEqualTo("0");
    }

    private static void assertFull(Runnable verb) {
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(verb::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(VmErrorCode.HOST_DISK_FULL))
                .withMessageContaining("expected");
    }
}
