package dev.mulligan.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.Await;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.RealTemplates;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmEvent;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManagerConfig;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.disk.DiskTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Kills the program at every step of every verb, before the step and right after it, opens the directory again, and
 * looks: the machine is as before or as after, its checkpoints are whole, and nothing is left over.
 */
final class CutOffTest {
    private static final VmId ID = new VmId("m");
    private static final Duration IMPATIENT = Duration.ofSeconds(1);

    // In memory where there is such a place: thousands of records are forced to disk here.
    @TempDir(factory = InMemoryDirectory.class)
    Path directory;

    static final class InMemoryDirectory implements TempDirFactory {
        private static final Path MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "mulligan")
                    : Files.createTempDirectory("mulligan");
        }
    }

    /** A guest that is one text: on disk and in memory. */
    private static final class TextGuest implements SimulatedGuest {
        private String text = "boot";

        @Override
        public Object snapshot() {
            return text;
        }

        @Override
        public void restore(Object state) {
            text = (String) state;
        }

        @Override
        public void close() {}
    }

    /** One world: a hypervisor that outlives the managers, and the guest that lives in it now. */
    private static final class World {
        private final Path directory;
        private TextGuest guest = new TextGuest();
        private final FakeHypervisor hypervisor = new FakeHypervisor((id, socket) -> {
            guest = new TextGuest();
            return guest;
        });

        World(Path directory) {
            this.directory = directory;
        }

        Machines open(Steps steps) {
            return open(steps, VmManagerConfig.of(directory).lockTimeout());
        }

        Machines open(Steps steps, Duration patience) {
            var config = VmManagerConfig.of(directory).withTimeouts(patience, patience, patience);
            return Machines.open(
                    config,
                    steps.watch(Hypervisor.class, hypervisor),
                    steps.watch(DiskTool.class, new FakeDiskTool()),
                    Clock.systemUTC(),
                    RealTemplates.opening());
        }
    }

    private record Verb(String name, Consumer<Vm> prepare, Consumer<Vm> run) {}

    private static final CheckpointId FIRST = new CheckpointId("c2");

    private static final List<Verb> VERBS = List.of(
            new Verb("disk checkpoint", vm -> {}, vm -> vm.checkpoint(CheckpointKind.DISK, "cut off")),
            new Verb(
                    "checkpoint on a long chain",
                    CutOffTest::lengthen,
                    vm -> vm.checkpoint(CheckpointKind.DISK, "cut")),
            new Verb(
                    "checkpoint of a stopped machine on a long chain",
                    CutOffTest::lengthenAndStop,
                    vm -> vm.checkpoint(CheckpointKind.DISK, "cut off")),
            new Verb("full checkpoint", vm -> {}, vm -> vm.checkpoint(CheckpointKind.FULL, "cut off")),
            new Verb("revert", vm -> {}, vm -> vm.revert(FIRST)),
            new Verb("revert of a stopped machine", Vm::stop, vm -> vm.revert(FIRST)),
            new Verb("revert of a saved machine", Vm::save, vm -> vm.revert(FIRST)),
            new Verb("save", vm -> {}, Vm::save),
            new Verb("continuation", Vm::save, Vm::start),
            new Verb("start", Vm::stop, Vm::start),
            new Verb("stop", vm -> {}, Vm::stop),
            new Verb("stop of a saved machine", Vm::save, Vm::stop),
            new Verb("attachment of a checkpoint", vm -> {}, vm -> vm.attachCheckpoint(FIRST, "past")),
            new Verb("deletion", vm -> {}, Vm::delete));

    private static void lengthen(Vm vm) {
        for (int layers = 2; layers < Shortening.LONGEST_CHAIN; layers++) {
            vm.checkpoint(CheckpointKind.DISK, "one of many");
        }
    }

    private static void lengthenAndStop(Vm vm) {
        lengthen(vm);
        vm.stop();
    }

    @TestFactory
    Stream<DynamicTest> everyVerbCutOffAtEveryStep() {
        return VERBS.stream().map(verb -> DynamicTest.dynamicTest(verb.name(), () -> cutOffEverywhere(verb)));
    }

    private void cutOffEverywhere(Verb verb) {
        int cuts = 0;
        while (cutOff(verb, cuts)) {
            cuts++;
        }
        assertThat(cuts).as("steps at which it was cut off").isPositive();
    }

    @Test
    void filesThatNobodyNeedsAreRemovedWhenTheDirectoryIsOpened() throws IOException {
        var world = new World(directory);
        Path files = directory.resolve("m/files");
        try (Machines machines = world.open(new Steps())) {
            machines.define(Specs.any(ID));
            Files.writeString(files.resolve("layer-7.qcow2"), "deleted, but not yet removed");
            Files.writeString(files.resolve("memory-7.save"), "half a memory");
            Files.createDirectory(directory.resolve(Definition.UNFINISHED + "other"));
            assertThat(machines.leftovers())
                    .extracting(Leftover::kind)
                    .containsExactlyInAnyOrder(Leftover.Kind.LAYER, Leftover.Kind.MEMORY, Leftover.Kind.DIRECTORY);
        }
        Files.createDirectory(directory.resolve("stranger"));
        try (Machines machines = world.open(new Steps())) {
            assertThat(files).isDirectoryContaining("glob:**layer-1.qcow2").isDirectoryNotContaining("glob:**-7*");
            assertThat(machines.leftovers())
                    .as("what may be of value is named and left alone")
                    .singleElement()
                    .satisfies(stranger -> assertThat(stranger.removable()).isFalse());
        }
    }

    @Test
    void aSaveThatOutlivesItsCallerIsWaitedFor() {
        var world = new World(directory);
        abandon(world, Vm::save);
        CompletableFuture<Void> end = finishSoon(world);
        try (Machines machines = world.open(new Steps())) {
            Vm vm = machines.get(ID);
            assertThat(vm.state()).isEqualTo(VmState.SAVED);
            assertThat(machines.leftovers()).isEmpty();
            vm.start();
            assertThat(world.guest.text).isEqualTo("present");
        }
        end.join();
    }

    @Test
    void aFullCheckpointThatOutlivesItsCallerIsWaitedFor() {
        var world = new World(directory);
        abandon(world, vm -> vm.checkpoint(CheckpointKind.FULL, "cut off"));
        CompletableFuture<Void> end = finishSoon(world);
        try (Machines machines = world.open(new Steps())) {
            Vm vm = machines.get(ID);
            assertThat(vm.state()).isEqualTo(VmState.RUNNING);
            assertThat(vm.checkpoints()).extracting(Checkpoint::id).containsExactly(FIRST);
            assertThat(machines.leftovers()).isEmpty();
            world.guest.text = "written later";
            vm.stop();
            vm.start();
            assertThat(world.guest.text).as("on the layer that is written to").isEqualTo("written later");
            vm.revert(FIRST);
            assertThat(world.guest.text).isEqualTo("at the checkpoint");
        }
        end.join();
    }

    @Test
    void whileASaveWithoutItsCallerHasNoEndNothingIsRemovedAndItsEndIsSeen() {
        var world = new World(directory);
        abandon(world, Vm::save);
        var events = new CopyOnWriteArrayList<VmEvent>();
        try (Machines machines = world.open(new Steps(), IMPATIENT);
                Subscription _ = machines.subscribe(events::add)) {
            Vm vm = machines.get(ID);
            assertThat(vm.state()).isEqualTo(VmState.PAUSED);
            assertThat(machines.sweep()).isEmpty();
            assertThatExceptionOfType(VmException.class)
                    .isThrownBy(vm::resume)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(VmErrorCode.CONFLICT));
            world.hypervisor.finish();
            Await.until("the end of the save told", () -> !events.isEmpty());
            assertThat(events).containsExactly(new VmEvent(ID, VmState.SAVED, VmEvent.Cause.EXTERNAL));
            assertThat(vm.state()).isEqualTo(VmState.SAVED);
            vm.start();
            assertThat(world.guest.text).isEqualTo("present");
        }
    }

    @Test
    void aStopDoesNotWaitForASaveWithoutItsCaller() {
        var world = new World(directory);
        abandon(world, Vm::save);
        try (Machines machines = world.open(new Steps(), IMPATIENT)) {
            Vm vm = machines.get(ID);
            vm.stop();
            assertThat(vm.state()).isEqualTo(VmState.STOPPED);
            assertThat(world.hypervisor.domains()).isEmpty();
            assertThat(machines.leftovers()).isEmpty();
            vm.start();
            assertThat(world.guest.text).as("from its disk").isEqualTo("present");
        }
    }

    /** Leaves a machine to itself whose program died in a verb while the hypervisor is at work on it. */
    private static void abandon(World world, Consumer<Vm> verb) {
        try (Machines machines = world.open(new Steps())) {
            Vm vm = withCheckpoint(machines, world);
            world.hypervisor.killNextCaller();
            assertThatExceptionOfType(Steps.Killed.class).isThrownBy(() -> verb.accept(vm));
        }
    }

    private static CompletableFuture<Void> finishSoon(World world) {
        return CompletableFuture.runAsync(
                world.hypervisor::finish, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
    }

    private static Vm withCheckpoint(Machines machines, World world) {
        Vm vm = machines.define(Specs.any(ID));
        vm.start();
        world.guest.text = "at the checkpoint";
        Checkpoint checkpoint = vm.checkpoint(CheckpointKind.FULL, "first");
        assertThat(checkpoint.id()).isEqualTo(FIRST);
        world.guest.text = "present";
        return vm;
    }

    /** Returns false when the verb came to its end before the cut. */
    private boolean cutOff(Verb verb, int cut) {
        var world = new World(directory.resolve(verb.name().replace(' ', '-') + "-" + cut));
        var steps = new Steps();
        Machines first = world.open(steps);
        Vm vm = withCheckpoint(first, world);
        verb.prepare().accept(vm);
        steps.cutAt(cut);
        boolean ended = true;
        try {
            verb.run().accept(vm);
        } catch (Steps.Killed killed) {
            ended = false;
        }
        // Dead programs hold no locks and get no events.
        first.close();
        steps.never();
        try (Machines second = world.open(steps)) {
            examine(second, world, verb, cut);
        }
        return !ended;
    }

    private static void examine(Machines machines, World world, Verb verb, int cut) {
        String where = verb.name() + " cut off at step " + cut;
        assertThat(machines.leftovers()).as(where).isEmpty();
        Optional<Vm> found = machines.find(ID);
        if (found.isEmpty()) {
            assertThat(verb.name()).as("only a deletion may delete").isEqualTo("deletion");
            assertThat(world.hypervisor.domains()).isEmpty();
            return;
        }
        Vm vm = found.get();
        switch (vm.state()) {
            case RUNNING, PAUSED, SAVED -> {}
            case STOPPED, CRASHED ->
                assertThat(world.hypervisor.domains()).as(where).isEmpty();
        }
        if (vm.state() == VmState.SAVED || vm.state() == VmState.STOPPED || vm.state() == VmState.CRASHED) {
            vm.start();
        }
        assertThat(world.guest.text).as(where).isIn("present", "at the checkpoint");
        vm.revert(FIRST);
        assertThat(world.guest.text).as(where + ", then reverted").isEqualTo("at the checkpoint");
        assertThat(machines.leftovers()).as(where + ", at the end").isEmpty();
    }
}
