package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bad days of real templates and forks: the parent is killed in the middle, the disk is full in the middle. */
@Tag("vm")
final class CutOffForkIT {
    private static final VmId PARENT = new VmId("parent");
    private static final int FORKS = 3;
    /** More on request: {@code -Dmulligan.kills=50}. */
    private static final int ROUNDS = Integer.getInteger("mulligan.kills", 4);

    private static Template template(RealHost host, VmManager manager) {
        return manager.templates()
                .prepare(
                        host.spec(new VmId("any")),
                        "cut off",
                        (port, log) -> new TinyGuestVoice(port).remember("warm"));
    }

    @Test
    void aParentKilledInTheMiddleOfAForkLeavesWholeForksOrNone() throws Exception {
        try (RealHost host = new RealHost();
                VmManager manager = host.open();
                AutoCloseable _ = () -> manager.list().forEach(Vm::delete)) {
            Template template = template(host, manager);
            Vm parent = manager.define(host.spec(PARENT), template);
            TinyGuestVoice guest = new TinyGuestVoice(parent.guestPort());
            parent.start();
            guest.remember("past");
            guest.writeDisk("past");
            Checkpoint past = parent.checkpoint(CheckpointKind.FULL, "past");
            long seed = Long.getLong("mulligan.seed", System.nanoTime());
            Random random = new Random(seed);
            for (int round = 0; round < ROUNDS; round++) {
                guest.remember("moment");
                List<Vm> forks = new ArrayList<>();
                CompletableFuture<Void> forking = CompletableFuture.runAsync(() -> fork(parent, forks));
                // Spread over the whole of it, which takes some 600 ms without KVM.
                TimeUnit.MILLISECONDS.sleep((long) ((round + random.nextDouble()) * 600 / ROUNDS));
                host.process(parent).destroyForcibly();
                forking.handle((done, failed) -> true).join();
                Await.until("the crash seen", () -> parent.state() == VmState.CRASHED);
                System.err.printf("CutOffForkIT round %d of seed %d: %d forks%n", round, seed, forks.size());
                for (Vm fork : forks) {
                    if (fork.state() == VmState.SAVED) {
                        fork.start();
                    }
                    TinyGuestVoice voice = new TinyGuestVoice(fork.guestPort());
                    assertThat(voice.recall()).isEqualTo("moment");
                    assertThat(voice.readDisk()).isEqualTo("past");
                    fork.delete();
                }
                parent.revert(past.id());
                assertThat(guest.recall()).isEqualTo("past");
                assertThat(guest.readDisk()).isEqualTo("past");
                assertThat(manager.list()).extracting(Vm::id).containsExactly(PARENT);
                assertThat(manager.leftovers()).isEmpty();
            }
            parent.delete();
            manager.templates().delete(template.id());
            assertThat(manager.leftovers()).isEmpty();
        }
    }

    private static void fork(Vm parent, List<Vm> forks) {
        Checkpoint moment = parent.checkpoint(CheckpointKind.FULL, "fork");
        for (int index = 0; index < FORKS; index++) {
            forks.add(parent.fork(moment.id(), new VmId("fork" + index), Map.of()));
            forks.getLast().start();
        }
    }

    @Test
    void aDiskThatIsFullInTheMiddleOfAFreezeLeavesNothingAndWithRoomItWorks() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (RealHost host = new RealHost();
                SmallDisk disk = new SmallDisk(host.directory.resolve("small"), 768, 24);
                VmManager manager = VmManager.open(VmManagerConfig.of(disk.directory.resolve("machines")));
                AutoCloseable _ = () -> manager.list().forEach(Vm::delete)) {
            assertFull(manager, () -> template(host, manager));
            disk.makeRoom();
            assertFull(
                    manager,
                    () -> manager.templates().prepare(host.spec(new VmId("any")), "cut off", (port, log) -> {
                        new TinyGuestVoice(port).remember("warm");
                        disk.takeTheRest();
                    }));
            disk.makeRoom();
            Template template = template(host, manager);
            Vm vm = manager.define(host.spec(PARENT), template);
            vm.start();
            assertThat(new TinyGuestVoice(vm.guestPort()).recall()).isEqualTo("warm");
            vm.delete();
            manager.templates().delete(template.id());
            assertThat(manager.leftovers()).isEmpty();
        }
    }

    private static void assertFull(VmManager manager, Runnable freeze) {
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(freeze::run)
                .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(VmErrorCode.HOST_DISK_FULL))
                .withMessageContaining("expected");
        assertThat(manager.templates().list()).isEmpty();
        assertThat(manager.leftovers()).isEmpty();
    }
}
