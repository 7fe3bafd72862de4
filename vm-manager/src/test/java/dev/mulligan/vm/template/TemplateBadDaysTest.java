package dev.mulligan.vm.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.GuestFactory;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.WarmUp;
import dev.mulligan.vm.machine.TemplateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can become of a template between its making and its use. */
final class TemplateBadDaysTest {
    private static final VmSpec SHAPE = Specs.any(new VmId("shape"));
    private static final WarmUp NONE = (port, log) -> {};

    private final Path directory;
    private InMemoryVmManager manager;

    TemplateBadDaysTest(@TempDir Path directory) {
        this.directory = directory;
        this.manager = new InMemoryVmManager(directory, GuestFactory.silent());
    }

    @AfterEach
    void leavesNothing() {
        manager.list().forEach(Vm::delete);
        manager.templates().list().forEach(template -> manager.templates().delete(template.id()));
        assertThat(manager.leftovers()).isEmpty();
        manager.close();
    }

    private Template prepare() {
        return manager.templates().prepare(SHAPE, "image", NONE);
    }

    private void damage(Template template) throws IOException {
        damageNow(template);
        manager = manager.reopen();
    }

    private void damageNow(Template template) throws IOException {
        Path memory = TemplateFiles.of(directory, template.id()).memory();
        try (FileChannel file = FileChannel.open(memory, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 1 << 20);
        }
        // Two writes within one tick of the kernel's clock look alike.
        Files.setLastModifiedTime(memory, FileTime.from(Instant.EPOCH));
    }

    /** Frozen by what the hypervisor is now. */
    private Vm saved(Template template) {
        Vm vm = manager.define(Specs.any(new VmId("saved")), template);
        vm.start();
        vm.save();
        return vm;
    }

    private static void assertForeign(ThrowingCallable call) {
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(call)
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(VmErrorCode.CHECKPOINT_UNUSABLE))
                .withMessageContaining("memory frozen by another hypervisor: in memory 0.0.0")
                .withMessageContaining("(expected: in memory 2)")
                .withMessageContaining("return to a DISK checkpoint");
    }

    @Test
    void oneThatIsDamagedWhileTheProgramRunsIsRemovedAndMadeAnew() throws IOException {
        Template first = prepare();
        assertThat(manager.templates().find(SHAPE, "image")).contains(first);
        damageNow(first);
        assertThat(manager.templates().find(SHAPE, "image")).isEmpty();
        Template second = prepare();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(manager.templates().list()).containsExactly(second);
    }

    @Test
    void oneThatWasTouchedAndIsWholeStays() throws IOException {
        Template template = prepare();
        Path disk = TemplateFiles.of(directory, template.id()).disk();
        Files.setLastModifiedTime(disk, FileTime.from(Instant.EPOCH));
        assertThat(manager.templates().find(SHAPE, "image")).contains(template);
        Files.delete(disk);
        assertThat(manager.templates().find(SHAPE, "image")).isEmpty();
    }

    @Test
    void aSavedMachineIsNotResumedByAnotherHypervisorAndIsAsItWasWhenTheFirstIsBack() {
        Vm vm = saved(prepare());
        manager.upgrade("in memory 2");
        assertForeign(vm::start);
        assertForeign(vm::load);
        assertThat(vm.state()).isEqualTo(VmState.SAVED);
        manager.upgrade("in memory 0.0.0");
        vm.start();
        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void ofAMachineThatAnotherHypervisorSavedTheDiskIsKept() {
        Vm vm = saved(prepare());
        manager.upgrade("in memory 2");
        Checkpoint disk = vm.checkpoint(CheckpointKind.DISK, "what there is");
        assertThat(vm.state()).isEqualTo(VmState.SAVED);
        vm.revert(disk.id());
        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void aCheckpointOfAnotherHypervisorIsRefusedBeforeAnythingIsLost() {
        Vm vm = manager.define(Specs.any(new VmId("vm")), prepare());
        vm.start();
        Checkpoint full = vm.checkpoint(CheckpointKind.FULL, "before");
        manager.upgrade("in memory 2");
        vm.revert(full.id());
        assertThat(vm.state()).as("its process is still that of the former one").isEqualTo(VmState.RUNNING);
        vm.stop();
        assertForeign(() -> vm.revert(full.id()));
        assertThat(vm.state()).isEqualTo(VmState.STOPPED);
        vm.start();
        assertForeign(() -> vm.revert(full.id()));
        assertThat(vm.state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void oneThatWasDamagedIsRemovedAndMadeAnew() throws IOException {
        Template first = prepare();
        damage(first);
        assertThat(manager.templates().find(SHAPE, "image")).isEmpty();
        assertThat(manager.templates().list()).isEmpty();
        Template second = prepare();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(manager.templates().find(SHAPE, "image")).contains(second);
    }

    @Test
    void aDamagedOneOnWhichAMachineStandsIsLeftToItAndAnotherIsMade() throws IOException {
        Template first = prepare();
        Vm vm = manager.define(Specs.any(new VmId("old")), first);
        damage(first);
        Template second = prepare();
        assertThat(manager.templates().list()).extracting(Template::id).contains(first.id(), second.id());
        assertThat(manager.get(vm.id()).state()).isEqualTo(VmState.SAVED);
    }

    @Test
    void anUndamagedOneIsFoundAfterARestart() {
        Template template = prepare();
        manager = manager.reopen();
        assertThat(manager.templates().find(SHAPE, "image")).contains(template);
        assertThat(prepare()).isEqualTo(template);
    }

    @Test
    void anUpgradedHypervisorFindsNone() {
        Template old = prepare();
        manager.upgrade("in memory 2");
        assertThat(manager.templates().find(SHAPE, "image")).isEmpty();
        assertThat(prepare().id()).isNotEqualTo(old.id());
    }

    @Test
    void aHalfWrittenOneIsNoTemplateAndIsRemoved() throws IOException {
        Template template = prepare();
        Path root = TemplateFiles.of(directory, template.id()).root();
        Path half = root.resolveSibling(TemplateMaking.UNFINISHED + "0123456789abcdef01234567");
        Files.createDirectory(half);
        Files.writeString(half.resolve("memory"), "half");
        Files.delete(TemplateFiles.of(directory, template.id()).record());
        assertThat(manager.templates().list()).isEmpty();
        assertThat(manager.leftovers())
                .extracting(Leftover::kind)
                .containsExactly(Leftover.Kind.TEMPLATE, Leftover.Kind.TEMPLATE);
        manager = manager.reopen();
        assertThat(half).doesNotExist();
        assertThat(root).doesNotExist();
    }

    @Test
    void aWarmUpThatFailsLeavesNothing() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> manager.templates().prepare(SHAPE, "image", (port, log) -> {
                    assertThat(manager.leftovers()).as("while it is made").isEmpty();
                    assertThat(manager.sweep()).isEmpty();
                    throw new IllegalStateException("the guest never answered");
                }));
        assertThat(manager.templates().list()).isEmpty();
        assertThat(manager.leftovers()).isEmpty();
    }

    @Test
    void aDirectoryWhoseSocketsWouldHaveTooLongPathsIsRefusedInTime(@TempDir Path place) {
        Path port = new TemplateFiles(Path.of(TemplateFiles.DIRECTORY)
                        .resolve(TemplateMaking.UNFINISHED + prepare().id().value()))
                .port();
        assertThat("/" + port).hasSize(VmManager.SOCKET_BELOW_DIRECTORY);
        int room = VmManager.LONGEST_SOCKET_PATH - VmManager.SOCKET_BELOW_DIRECTORY;
        Path deep = place.resolve("x".repeat(room - place.toString().length()));
        try (var manager = new InMemoryVmManager(deep, GuestFactory.silent())) {
            assertThatExceptionOfType(VmException.class)
                    .isThrownBy(() -> manager.templates().prepare(SHAPE, "image", NONE))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(VmErrorCode.INVALID_ARGUMENT))
                    .withMessageContaining("108 bytes")
                    .withMessageContaining("at most 107");
            assertThat(manager.leftovers()).isEmpty();
        }
    }

    @Test
    void whereThereCanBeNoneThatIsSaid() {
        manager.forbidTemplates("QEMU is too old");
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(this::prepare)
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(VmErrorCode.UNSUPPORTED))
                .withMessageContaining("QEMU is too old");
    }
}
