package dev.mulligan.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every manager promises, run against the in-memory one and against libvirt with a real machine. The machine
 * is shared by all tests and brought to RUNNING by each; every test leaves no checkpoint of its own behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class VmManagerContract {
    /** The manager now; changes with {@link #restartManager}. */
    abstract VmManager manager();

    /** Closes the manager and opens another over the same machines. */
    abstract void restartManager();

    /** A spec from which a machine can really be started. */
    abstract VmSpec spec(VmId id);

    /** Makes the machine on which most tests work. */
    Vm define(VmId id) {
        return manager().define(spec(id));
    }

    /** What speaks with the program behind a port. */
    abstract GuestVoice voice(VmId id, java.nio.file.Path port);

    /** Speaks with the program in the machine; reconnects as often as needed. */
    final GuestVoice guest(Vm vm) {
        return voice(vm.id(), vm.guestPort());
    }

    /** How the machine's process ranks; empty if this host cannot rank. */
    abstract Optional<Priority> priority(Vm vm);

    /** Ends the machine's process by force. */
    abstract void kill(Vm vm);

    /** What a test asks the program in a machine. */
    interface GuestVoice {
        void remember(String text);

        String recall();

        void writeDisk(String text);

        String readDisk();

        /** The first line of a further disk. */
        String readAttached(String serial);

        void writeAttached(String serial, String text);

        /** Has the board eject the first disk, as root in a guest can. */
        void throwDiskOut();

        /** Ends the machine from the inside. */
        void powerOff();
    }

    private static final VmId ID = new VmId("contract");

    final Vm machine() {
        Vm vm = manager().find(ID).orElseGet(() -> define(ID));
        switch (vm.state()) {
            case STOPPED, SAVED, CRASHED -> vm.start();
            case PAUSED -> vm.resume();
            case RUNNING -> {}
        }
        return vm;
    }

    @AfterEach
    void nothingIsLeftOver() {
        manager()
                .find(ID)
                .ifPresent(vm -> vm.checkpoints().forEach(checkpoint -> vm.deleteCheckpoint(checkpoint.id())));
        assertThat(manager().leftovers()).isEmpty();
    }

    private static void assertFails(VmErrorCode code, Runnable action) {
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(action::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining("expected");
    }

    @Test
    void aMachineIsDefinedOnceAndFoundUntilItIsDeleted() {
        var id = new VmId("short-lived");
        Vm vm = manager().define(spec(id));
        assertThat(vm.state()).isEqualTo(VmState.STOPPED);
        assertThat(manager().get(id).spec()).isEqualTo(spec(id));
        assertFails(VmErrorCode.ALREADY_EXISTS, () -> manager().define(spec(id)));
        assertFails(VmErrorCode.WRONG_STATE, vm::pause);
        assertFails(VmErrorCode.WRONG_STATE, () -> vm.checkpoint(CheckpointKind.FULL, "no memory"));
        vm.delete();
        assertThat(manager().find(id)).isEmpty();
        assertThat(manager().list()).extracting(Vm::id).doesNotContain(id);
        assertFails(VmErrorCode.NOT_FOUND, vm::start);
        assertFails(VmErrorCode.NOT_FOUND, () -> manager().get(id));
    }

    @Test
    void pausedItStandsStillAndResumedItGoesOn() {
        Vm vm = machine();
        guest(vm).remember("before the pause");
        var events = new CopyOnWriteArrayList<VmEvent>();
        try (Subscription _ = manager().subscribe(events::add)) {
            vm.pause();
            vm.pause();
            assertThat(vm.state()).isEqualTo(VmState.PAUSED);
            vm.resume();
            vm.resume();
            assertThat(vm.state()).isEqualTo(VmState.RUNNING);
            Await.until("both changes told", () -> events.size() >= 2);
        }
        assertThat(events)
                .containsExactly(
                        new VmEvent(ID, VmState.PAUSED, VmEvent.Cause.REQUESTED),
                        new VmEvent(ID, VmState.RUNNING, VmEvent.Cause.REQUESTED));
        assertThat(guest(vm).recall()).isEqualTo("before the pause");
    }

    @Test
    void inTheBackgroundItStaysUntilItIsCalledBackOrItsProcessEnds() {
        Vm vm = machine();
        guest(vm).remember("saved in the background");
        assertRanks(vm, Priority.NORMAL);
        vm.prioritise(Priority.NORMAL);
        vm.prioritise(Priority.BACKGROUND);
        vm.prioritise(Priority.BACKGROUND);
        assertRanks(vm, Priority.BACKGROUND);
        vm.pause();
        vm.prioritise(Priority.NORMAL);
        vm.resume();
        assertRanks(vm, Priority.NORMAL);
        vm.prioritise(Priority.BACKGROUND);
        vm.save();
        assertFails(VmErrorCode.WRONG_STATE, () -> vm.prioritise(Priority.BACKGROUND));
        vm.start();
        assertRanks(vm, Priority.NORMAL);
        assertThat(guest(vm).recall()).isEqualTo("saved in the background");
    }

    private void assertRanks(Vm vm, Priority expected) {
        assertThat(priority(vm).orElse(expected)).isEqualTo(expected);
    }

    @Test
    void savedItKeepsItsMemoryWithoutAProcess() {
        Vm vm = machine();
        guest(vm).remember("saved");
        vm.save();
        assertThat(vm.state()).isEqualTo(VmState.SAVED);
        assertThat(Files.exists(vm.guestPort())).isFalse();
        restartManager();
        Vm again = manager().get(ID);
        assertThat(again.state()).isEqualTo(VmState.SAVED);
        again.start();
        assertThat(again.state()).isEqualTo(VmState.RUNNING);
        assertThat(guest(again).recall()).isEqualTo("saved");
    }

    @Test
    void aFullCheckpointBringsBackMemoryAndDisk() {
        Vm vm = machine();
        guest(vm).remember("one");
        guest(vm).writeDisk("one");
        Checkpoint one = vm.checkpoint(CheckpointKind.FULL, "one");
        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
        assertThat(vm.current()).contains(one.id());
        guest(vm).remember("two");
        guest(vm).writeDisk("two");
        Checkpoint two = vm.checkpoint(CheckpointKind.FULL, "two");
        assertThat(two.parent()).contains(one.id());

        vm.revert(one.id());

        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
        assertThat(vm.current()).contains(one.id());
        assertThat(guest(vm).recall()).isEqualTo("one");
        assertThat(guest(vm).readDisk()).isEqualTo("one");

        vm.deleteCheckpoint(one.id());
        assertThat(vm.current()).isEmpty();
        vm.revert(two.id());
        assertThat(guest(vm).recall()).as("whole without its parent").isEqualTo("two");
        assertThat(guest(vm).readDisk()).isEqualTo("two");
        assertThat(vm.checkpoints())
                .singleElement()
                .satisfies(left -> assertThat(left.parent()).isEmpty());
    }

    @Test
    void aDiskCheckpointBringsBackTheDiskAndBoots() {
        Vm vm = machine();
        guest(vm).writeDisk("kept");
        guest(vm).remember("forgotten");
        Checkpoint checkpoint = vm.checkpoint(CheckpointKind.DISK, "disk");
        assertThat(guest(vm).recall()).as("the guest goes on").isEqualTo("forgotten");
        guest(vm).writeDisk("damaged");
        vm.revert(checkpoint.id());
        assertThat(guest(vm).readDisk()).isEqualTo("kept");
        assertThat(guest(vm).recall()).isEmpty();
        assertFails(VmErrorCode.CHECKPOINT_NOT_FOUND, () -> vm.revert(new CheckpointId("never")));
    }

    @Test
    void oneThatGoesOnIsAnnouncedBeforeItDoesAndOneThatBootsIsNot() {
        Vm vm = machine();
        Checkpoint full = vm.checkpoint(CheckpointKind.FULL, "with memory");
        Checkpoint disk = vm.checkpoint(CheckpointKind.DISK, "disk only");
        var announced = new ArrayList<String>();
        vm.revert(full.id(), () -> announced.add("back"));
        vm.save();
        vm.start(() -> announced.add("loaded"));
        vm.revert(disk.id(), () -> announced.add("back, booting"));
        vm.stop();
        vm.start(() -> announced.add("booting"));
        assertThat(announced).containsExactly("back", "loaded");
        assertFails(VmErrorCode.WRONG_STATE, () -> vm.start(() -> announced.add("running already")));
        assertThat(announced).hasSize(2);
    }

    @Test
    void aCheckpointsDiskIsReadBesideTheRunningOne() {
        Vm vm = machine();
        guest(vm).writeDisk("as it was");
        Checkpoint checkpoint = vm.checkpoint(CheckpointKind.DISK, "disk");
        guest(vm).writeDisk("damaged");
        vm.attachCheckpoint(checkpoint.id(), "was");
        assertThat(guest(vm).readAttached("was")).isEqualTo("as it was");
        guest(vm).writeAttached("was", "thrown away");
        assertFails(VmErrorCode.WRONG_STATE, () -> vm.checkpoint(CheckpointKind.FULL, "while attached"));
        vm.detach("was");
        assertThat(vm.attachments()).isEmpty();
        assertFails(VmErrorCode.NOT_FOUND, () -> vm.detach("was"));
        vm.attachCheckpoint(checkpoint.id(), "was");
        assertThat(guest(vm).readAttached("was")).isEqualTo("as it was");
        vm.detach("was");
        assertThat(guest(vm).readDisk()).isEqualTo("damaged");
    }

    @Test
    void anAttachedDiskComesBackWithTheMemoryThatKnewIt() throws IOException {
        Vm vm = machine();
        Path file = vm.guestPort().resolveSibling("files").resolveSibling("disk-of-the-test");
        Files.write(file, java.util.Arrays.copyOf("workspace\n".getBytes(UTF_8), 1 << 20));
        var disk = new DiskAttachment(file, "workspace", true, DiskFormat.RAW);
        vm.attach(disk);
        assertFails(VmErrorCode.ALREADY_EXISTS, () -> vm.attach(disk));
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        Checkpoint with = vm.checkpoint(CheckpointKind.FULL, "with the disk");
        vm.detach("workspace");
        vm.revert(with.id());
        assertThat(vm.attachments()).containsExactly(disk);
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        vm.detach("workspace");
        Files.delete(file);
        assertFails(VmErrorCode.CHECKPOINT_UNUSABLE, () -> vm.revert(with.id()));
        assertThat(vm.state()).as("nothing was given up").isEqualTo(VmState.RUNNING);
    }

    /** Over the moment at which the disk was plugged in or out, and back, and again. */
    @Test
    void aReturnOverAPlugBringsTheDisksOfThen() throws IOException {
        Vm vm = machine();
        DiskAttachment disk = disk(vm, "workspace");
        DiskAttachment other = disk(vm, "other");
        Checkpoint without = vm.checkpoint(CheckpointKind.FULL, "without");
        guest(vm).remember("later");
        vm.attach(disk);
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        Checkpoint one = vm.checkpoint(CheckpointKind.FULL, "one");
        vm.attach(other);
        Checkpoint both = vm.checkpoint(CheckpointKind.FULL, "both");
        Checkpoint files = vm.checkpoint(CheckpointKind.DISK, "files");
        assertThat(vm.attachedFiles()).containsExactlyInAnyOrder(disk.file(), other.file());

        vm.revert(one.id());
        assertThat(vm.attachments()).containsExactly(disk);
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        vm.revert(without.id());
        assertThat(vm.attachments()).isEmpty();
        assertThat(guest(vm).recall()).isNotEqualTo("later");
        vm.revert(both.id());
        assertThat(vm.attachments()).containsExactly(disk, other);
        assertThat(guest(vm).readAttached("other")).isEqualTo("other");
        vm.detach("workspace");
        vm.attach(disk);
        vm.revert(both.id());
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        assertThat(guest(vm).readAttached("other")).isEqualTo("other");

        vm.save();
        vm.start();
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        vm.revert(files.id());
        assertThat(vm.attachments()).as("it boots").isEmpty();
        assertThat(vm.attachedFiles())
                .as("a checkpoint needs them")
                .containsExactlyInAnyOrder(disk.file(), other.file());
        vm.attach(disk);
        assertThat(guest(vm).readAttached("workspace")).isEqualTo("workspace");
        vm.detach("workspace");
        List.of(one, both).forEach(checkpoint -> vm.deleteCheckpoint(checkpoint.id()));
        assertThat(vm.attachedFiles()).isEmpty();
    }

    private static DiskAttachment disk(Vm vm, String serial) throws IOException {
        return disk(vm.guestPort().resolveSibling("disk-of-the-test-" + serial), serial);
    }

    private static DiskAttachment disk(Path file, String serial) throws IOException {
        Files.write(file, java.util.Arrays.copyOf((serial + "\n").getBytes(UTF_8), 1 << 20));
        return new DiskAttachment(file, serial, true, DiskFormat.RAW);
    }

    @Test
    void aLongPastIsStillAWayBack() {
        Vm vm = machine();
        guest(vm).remember("long ago");
        guest(vm).writeDisk("long ago");
        for (int number = 0; number < 35; number++) {
            vm.checkpoint(CheckpointKind.DISK, "step " + number);
        }
        Checkpoint deep = vm.checkpoint(CheckpointKind.FULL, "deep");
        guest(vm).writeDisk("damaged");
        vm.attachCheckpoint(deep.id(), "deep");
        assertThat(guest(vm).readAttached("deep")).isEqualTo("long ago");
        vm.detach("deep");
        vm.revert(deep.id());
        assertThat(guest(vm).recall()).isEqualTo("long ago");
        assertThat(guest(vm).readDisk()).isEqualTo("long ago");
        for (int number = 0; number < 25; number++) {
            vm.checkpoint(CheckpointKind.DISK, "again " + number);
        }
        vm.save();
        vm.start();
        assertThat(guest(vm).recall()).isEqualTo("long ago");
    }

    @Test
    void anotherManagerFindsTheMachineRunning() {
        Vm vm = machine();
        guest(vm).remember("still here");
        Checkpoint checkpoint = vm.checkpoint(CheckpointKind.DISK, "before the restart");
        restartManager();
        Vm again = manager().get(ID);
        assertThat(again.state()).isEqualTo(VmState.RUNNING);
        assertThat(again.checkpoints()).containsExactly(checkpoint);
        assertThat(guest(again).recall()).isEqualTo("still here");
    }

    @Test
    void aKilledMachineIsCrashedAndBootsFromItsDisk() {
        Vm vm = machine();
        guest(vm).writeDisk("survives");
        var events = new CopyOnWriteArrayList<VmEvent>();
        try (Subscription _ = manager().subscribe(events::add)) {
            kill(vm);
            Await.until("the crash told", () -> !events.isEmpty());
        }
        assertThat(events).containsExactly(new VmEvent(ID, VmState.CRASHED, VmEvent.Cause.CRASHED));
        assertThat(vm.state()).isEqualTo(VmState.CRASHED);
        assertFails(VmErrorCode.WRONG_STATE, vm::resume);
        vm.start();
        assertThat(guest(vm).readDisk()).isEqualTo("survives");
    }

    /** The host is not asked, and the hypervisor does what it says: so its machine must stay in the host's hands. */
    @Test
    void aGuestThatThrowsItsDiskOutIsBroughtBackStoppedAndDeleted() {
        Vm vm = machine();
        guest(vm).remember("then");
        guest(vm).writeDisk("first");
        CheckpointId full = vm.checkpoint(CheckpointKind.FULL, "whole").id();
        throwDiskOut(vm);
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> vm.checkpoint(CheckpointKind.FULL, "without a disk"))
                .withMessageContaining("thrown it out");
        vm.revert(full);
        assertThat(guest(vm).recall()).isEqualTo("then");
        assertThat(guest(vm).readDisk()).isEqualTo("first");

        throwDiskOut(vm);
        restartManager();
        Vm found = manager().get(ID);
        assertThat(found.state()).isEqualTo(VmState.RUNNING);
        found.stop();
        found.start();
        assertThat(guest(found).readDisk()).isEqualTo("first");

        throwDiskOut(found);
        found.delete();
        assertThat(manager().find(ID)).isEmpty();
    }

    /** Until the host has heard of it, which is a moment after the guest sees it, it is a machine with a disk. */
    private void throwDiskOut(Vm vm) {
        guest(vm).throwDiskOut();
        Await.until("no checkpoint of a machine without a disk", () -> {
            try {
                vm.deleteCheckpoint(
                        vm.checkpoint(CheckpointKind.DISK, "with a disk").id());
                return false;
            } catch (VmException refused) {
                return refused.code() == VmErrorCode.HYPERVISOR_FAILED;
            }
        });
    }

    @Test
    void aGuestThatShutsDownLeavesAStoppedMachine() {
        Vm vm = machine();
        var events = new CopyOnWriteArrayList<VmEvent>();
        try (Subscription _ = manager().subscribe(events::add)) {
            guest(vm).powerOff();
            Await.until("the end told", () -> !events.isEmpty());
        }
        assertThat(events).containsExactly(new VmEvent(ID, VmState.STOPPED, VmEvent.Cause.GUEST_SHUTDOWN));
        assertThat(vm.state()).isEqualTo(VmState.STOPPED);
        Checkpoint cold = vm.checkpoint(CheckpointKind.DISK, "without a process");
        vm.revert(cold.id());
        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void twoReturnsAtOnceHappenOneAfterTheOther() throws Exception {
        Vm vm = machine();
        guest(vm).remember("first");
        Checkpoint first = vm.checkpoint(CheckpointKind.FULL, "first");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> both =
                    List.of(threads.submit(() -> vm.revert(first.id())), threads.submit(() -> vm.revert(first.id())));
            for (Future<?> one : both) {
                one.get();
            }
        }
        assertThat(vm.current()).isEqualTo(Optional.of(first.id()));
        assertThat(guest(vm).recall()).isEqualTo("first");
    }

    /** A template of such machines, which remembers what it heard before it was frozen. */
    final Template template() {
        return template("contract");
    }

    private Template template(String content) {
        return manager().templates().prepare(spec(new VmId("any")), content, (port, log) -> {
            GuestVoice voice = voice(new VmId("template"), port);
            voice.remember("warm");
            voice.writeDisk("warm");
        });
    }

    @Test
    void machinesGoOnFromATemplateAndGoTheirOwnWays() {
        Template template = template("deleted in the end");
        assertThat(manager().templates().find(spec(new VmId("any")), template.content()))
                .contains(template);
        assertThat(manager().templates().find(spec(new VmId("any")), "other")).isEmpty();
        Vm one = manager().define(spec(new VmId("one")), template);
        Vm two = manager().define(spec(new VmId("two")), template);
        assertThat(one.state()).isEqualTo(VmState.SAVED);
        one.start();
        two.load();
        assertThat(one.state()).isEqualTo(VmState.RUNNING);
        assertThat(two.state()).isEqualTo(VmState.PAUSED);
        assertThat(guest(one).recall()).isEqualTo("warm");
        guest(one).remember("one");
        guest(one).writeDisk("one");
        two.resume();
        assertThat(guest(two).recall()).isEqualTo("warm");
        assertThat(guest(two).readDisk()).isEqualTo("warm");
        assertThat(one.checkpoints())
                .singleElement()
                .satisfies(first -> assertThat(first.label()).isEqualTo(Checkpoint.FROM_TEMPLATE));
        one.revert(one.current().orElseThrow());
        assertThat(guest(one).recall()).as("as it began, without a checkpoint").isEqualTo("warm");
        assertThat(guest(one).readDisk()).isEqualTo("warm");
        assertFails(VmErrorCode.WRONG_STATE, () -> manager().templates().delete(template.id()));
        one.delete();
        two.delete();
        manager().templates().delete(template.id());
        assertThat(manager().templates().list()).extracting(Template::id).doesNotContain(template.id());
    }

    @Test
    void aForkGoesOnFromTheVeryMomentAndOutlivesItsOrigin() throws IOException {
        Vm origin = manager().define(spec(new VmId("origin")), template());
        origin.start();
        // Beside the machines: it outlives its first one.
        Path machines = origin.guestPort().resolveSibling("..").normalize();
        DiskAttachment plugged =
                disk(Files.createTempFile(machines.resolveSibling(".").normalize(), "disk", ""), "workspace");
        guest(origin).remember("before the fork");
        guest(origin).writeDisk("before the fork");
        origin.attach(plugged);
        Checkpoint moment = origin.checkpoint(CheckpointKind.FULL, "fork");
        Vm left = origin.fork(moment.id(), new VmId("left"), Map.of("side", "left"));
        Vm right = origin.fork(moment.id(), new VmId("right"), Map.of());
        assertThat(left.spec().metadata()).containsEntry("side", "left");
        left.start();
        guest(left).remember("left");
        guest(left).writeDisk("left");
        assertThat(guest(origin).recall()).isEqualTo("before the fork");
        Checkpoint disk = origin.checkpoint(CheckpointKind.DISK, "disk");
        assertFails(VmErrorCode.CHECKPOINT_UNUSABLE, () -> origin.fork(disk.id(), new VmId("none"), Map.of()));
        origin.delete();
        right.start();
        assertThat(right.attachments()).containsExactly(plugged);
        assertThat(right.attachedFiles()).containsExactly(plugged.file());
        assertThat(guest(right).readAttached("workspace")).isEqualTo("workspace");
        assertThat(guest(left).readAttached("workspace")).isEqualTo("workspace");
        assertThat(guest(right).recall()).isEqualTo("before the fork");
        assertThat(guest(right).readDisk()).isEqualTo("before the fork");
        Checkpoint own = left.checkpoint(CheckpointKind.FULL, "its own");
        guest(left).remember("damaged");
        left.revert(own.id());
        assertThat(guest(left).recall()).isEqualTo("left");
        assertThat(guest(left).readDisk()).isEqualTo("left");
        left.delete();
        right.delete();
        Files.delete(plugged.file());
    }

    @Test
    void aMachineThatBootedCannotBeForked() {
        Vm vm = manager().define(spec(new VmId("booted")));
        vm.start();
        Checkpoint moment = vm.checkpoint(CheckpointKind.FULL, "fork");
        assertFails(VmErrorCode.UNSUPPORTED, () -> vm.fork(moment.id(), new VmId("none"), Map.of()));
        vm.delete();
    }
}
