package dev.mulligan.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bad days of a real machine: its process is killed and the daemon goes away in the middle of things. */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CutOffMachineIT {
    private static final VmId ID = new VmId("badday");
    private final RealHost host = new RealHost();
    private final CuttableDaemon daemon = new CuttableDaemon(host.directory.resolve("proxy.sock"));
    private final VmManager manager = VmManager.open(VmManagerConfig.of(host.directory.resolve("machines"))
            .withUri(URI.create("qemu+unix:///system?socket=" + daemon.socket()))
            .withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(20)));
    private final Vm vm = manager.define(host.spec(ID));
    private final TinyGuestVoice guest = new TinyGuestVoice(vm.guestPort());

    @AfterEach
    void nothingIsLeftOver() {
        assertThat(manager.leftovers()).isEmpty();
    }

    @AfterAll
    void close() {
        host.keepLogs("CutOffMachineIT");
        vm.delete();
        manager.close();
        daemon.close();
        host.close();
    }

    private Checkpoint runningWithCheckpoint() {
        // Of a test that failed.
        vm.checkpoints().forEach(left -> vm.deleteCheckpoint(left.id()));
        switch (vm.state()) {
            case RUNNING -> {}
            case PAUSED -> vm.resume();
            case STOPPED, CRASHED, SAVED -> vm.start();
        }
        guest.remember("past");
        return vm.checkpoint(CheckpointKind.FULL, "past");
    }

    private void returnTo(Checkpoint checkpoint) {
        vm.revert(checkpoint.id());
        assertThat(guest.recall()).isEqualTo("past");
        vm.deleteCheckpoint(checkpoint.id());
    }

    @Test
    void killedDuringACheckpointItIsCrashedAndItsPastIsWhole() {
        Checkpoint past = runningWithCheckpoint();
        ProcessHandle process = host.process(vm);
        CompletableFuture<Checkpoint> taking =
                CompletableFuture.supplyAsync(() -> vm.checkpoint(CheckpointKind.FULL, "cut off"));
        Await.until("memory being written", () -> memoryFiles() > 1 || taking.isDone());
        process.destroyForcibly();
        taking.handle((done, failed) -> true).join();
        Await.until("the crash seen", () -> vm.state() == VmState.CRASHED);
        returnTo(past);
        vm.checkpoints().forEach(checkpoint -> vm.deleteCheckpoint(checkpoint.id()));
    }

    private long memoryFiles() {
        try (var files = Files.list(vm.guestPort().resolveSibling("files"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("memory-"))
                    .count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void killedDuringAReturnItIsCrashedOrBackAndThePastIsWhole() {
        Checkpoint past = runningWithCheckpoint();
        long former = host.process(vm).pid();
        CompletableFuture<Void> returning = CompletableFuture.runAsync(() -> vm.revert(past.id()));
        Await.until("the new process", () -> killOtherThan(former) || returning.isDone());
        returning.handle((done, failed) -> true).join();
        // It may have come and been done between two looks.
        var _ = killOtherThan(former);
        Await.until("a state that lasts", () -> vm.state() == VmState.CRASHED);
        assertThat(vm.checkpoints()).extracting(Checkpoint::id).containsExactly(past.id());
        returnTo(past);
    }

    private boolean killOtherThan(long former) {
        return host.processes(vm)
                .filter(process -> process.pid() != former)
                .peek(ProcessHandle::destroyForcibly)
                .findAny()
                .isPresent();
    }

    @Test
    void aDamagedMemoryFileIsFoundBeforeThePresentIsGivenUp() throws IOException {
        Checkpoint past = runningWithCheckpoint();
        guest.remember("present");
        Path memory = vm.guestPort()
                .resolveSibling("files")
                .resolve("memory-" + past.id().value().substring(1) + ".save");
        Files.write(memory, "damaged".getBytes(StandardCharsets.US_ASCII));
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> vm.revert(past.id()))
                .satisfies(e -> assertThat(e.code()).isEqualTo(VmErrorCode.CHECKPOINT_UNUSABLE));
        assertThat(guest.recall()).isEqualTo("present");
        vm.deleteCheckpoint(past.id());
    }

    @Test
    void aMemoryFileThatBreaksOnTheWayLeavesTheFormerDiskAndTheCheckpoint() throws IOException {
        Checkpoint past = runningWithCheckpoint();
        guest.writeDisk("present");
        Path memory = vm.guestPort()
                .resolveSibling("files")
                .resolve("memory-" + past.id().value().substring(1) + ".save");
        byte[] whole = Files.readAllBytes(memory);
        Files.write(memory, Arrays.copyOf(whole, whole.length / 2));
        assertThatExceptionOfType(VmException.class).isThrownBy(() -> vm.revert(past.id()));
        assertThat(vm.state()).isEqualTo(VmState.CRASHED);
        Files.write(memory, whole);
        vm.start();
        assertThat(guest.readDisk()).isEqualTo("present");
        returnTo(past);
    }

    @Test
    void aDaemonThatRestartsIsWaitedForAndEventsGoOn() {
        Checkpoint past = runningWithCheckpoint();
        daemon.cut();
        assertThat(vm.state()).as("asked in the gap").isEqualTo(VmState.RUNNING);
        var crashed = new CompletableFuture<VmEvent>();
        try (Subscription _ = manager.subscribe(crashed::complete)) {
            host.process(vm).destroyForcibly();
            assertThat(crashed.orTimeout(60, TimeUnit.SECONDS).join())
                    .isEqualTo(new VmEvent(ID, VmState.CRASHED, VmEvent.Cause.CRASHED));
        }
        returnTo(past);
    }
}
