package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.sandbox.ForkRequest;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.RollbackRequest;
import dev.mulligan.host.sandbox.RollbackResult;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxRequest;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.sandbox.SandboxState;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Sandboxes that are no more than a list, all with one {@link FakeGuest}. */
final class FakeSandboxes implements Sandboxes {
    static final SandboxSize SIZE = new SandboxSize(DataSize.ofGibibytes(1), 2, DataSize.ofGibibytes(10));

    final FakeGuest guest = new FakeGuest();
    final List<Sandbox> sandboxes = new CopyOnWriteArrayList<>();
    final List<RollbackRequest> rollbacks = new ArrayList<>();
    final List<SandboxRequest> requests = new CopyOnWriteArrayList<>();
    final List<ForkRequest> forks = new CopyOnWriteArrayList<>();
    final List<String> picks = new CopyOnWriteArrayList<>();
    final List<Actor> actors = new CopyOnWriteArrayList<>();
    final AtomicInteger openSessions = new AtomicInteger();
    final CountDownLatch creationInterrupted = new CountDownLatch(1);

    @Override
    public Sandbox create(SandboxRequest request, Actor actor, Consumer<String> progress) {
        actors.add(actor);
        requests.add(request);
        progress.accept("booting");
        if (request.image().equals("slow")) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException cancelled) {
                creationInterrupted.countDown();
                throw HostException.of(HostErrorCode.CANCELLED, "creation was cancelled")
                        .build();
            }
        }
        Sandbox sandbox = new Sandbox(
                new SandboxId("sb-000000000" + sandboxes.size()),
                request.name().orElse("some"),
                request.labels(),
                request.image(),
                "sha256:0",
                request.size().orElse(SIZE),
                request.environment(),
                request.idle(),
                SandboxState.READY,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                "");
        sandboxes.add(sandbox);
        return sandbox;
    }

    @Override
    public List<Sandbox> fork(SandboxId parent, ForkRequest request, Actor actor, Consumer<String> progress) {
        actors.add(actor);
        forks.add(request);
        progress.accept("taking the moment of " + get(parent.value()).name());
        return sandboxes.stream().limit(request.count()).toList();
    }

    @Override
    public List<Sandbox> pick(String trial, Optional<SandboxId> picked, String why, Actor actor) {
        picks.add(trial + ": " + picked.map(SandboxId::value).orElse("none") + ", " + why);
        return list(Map.of("mulligan.try", trial));
    }

    @Override
    public List<Sandbox> list(Map<String, String> labels) {
        return sandboxes.stream()
                .filter(sandbox -> sandbox.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public Sandbox get(String idOrName) {
        return sandboxes.stream()
                .filter(sandbox ->
                        sandbox.id().value().equals(idOrName) || sandbox.name().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_SANDBOX, "unknown sandbox")
                        .value(idOrName)
                        .expected("an id or name")
                        .remedy("see 'mulligan sandbox list'")
                        .build());
    }

    @Override
    public Sandbox pause(SandboxId id, boolean save, Actor actor) {
        throw VmException.of(VmErrorCode.HYPERVISOR_UNAVAILABLE, "hypervisor", "qemu:///system", "running", "start it");
    }

    @Override
    public Sandbox resume(SandboxId id, Actor actor) {
        throw new IllegalStateException("secret of the inside");
    }

    @Override
    public void delete(SandboxId id, boolean force, Actor actor) {
        sandboxes.removeIf(sandbox -> sandbox.id().equals(id));
    }

    @Override
    public GuestSession open(SandboxId id, Optional<TaskId> task, Actor actor) {
        openSessions.incrementAndGet();
        Sandbox sandbox = get(id.value());
        return new GuestSession() {
            @Override
            public Sandbox sandbox() {
                return sandbox;
            }

            @Override
            public Guest guest() {
                return guest;
            }

            @Override
            public void close() {
                openSessions.decrementAndGet();
            }
        };
    }

    @Override
    public void hold(SandboxId id, TaskId task, Optional<CheckpointId> needed) {}

    @Override
    public void letGo(TaskId task) {}

    @Override
    public Checkpoint checkpoint(SandboxId id, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor) {
        return checkpoint(kind, label);
    }

    @Override
    public List<Checkpoint> checkpoints(SandboxId id) {
        return List.of(
                checkpoint(CheckpointKind.FULL, "before task t-1"),
                checkpoint(CheckpointKind.DISK, "before call 2 (shell) of task t-2"),
                checkpoint(CheckpointKind.DISK, "by hand"));
    }

    @Override
    public Optional<CheckpointId> current(SandboxId id) {
        return Optional.of(new CheckpointId("cp-1"));
    }

    @Override
    public RollbackResult rollback(SandboxId id, RollbackRequest request, Actor actor) {
        rollbacks.add(request);
        return new RollbackResult(
                checkpoint(CheckpointKind.FULL, ""),
                Optional.empty(),
                request.paths().stream()
                        .map(path -> new RollbackResult.RestoredPath(path, RollbackResult.Outcome.REPLACED))
                        .toList(),
                Duration.ofMillis(700));
    }

    @Override
    public void deleteCheckpoint(SandboxId id, CheckpointId checkpoint, Actor actor) {}

    @Override
    public List<Leftover> leftovers() {
        return List.of();
    }

    private static Checkpoint checkpoint(CheckpointKind kind, String label) {
        return new Checkpoint(
                new CheckpointId("cp-1"),
                Optional.empty(),
                kind,
                label,
                Instant.EPOCH,
                Duration.ofMillis(12),
                DataSize.ofMebibytes(1));
    }
}
