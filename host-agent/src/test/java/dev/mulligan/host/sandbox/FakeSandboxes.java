package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Leftover;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Sandboxes over {@link FakeMachine}s, which outlive it. As the real ones do, it records, then acts; {@link #acts} is
 * what it did, in order.
 */
public final class FakeSandboxes implements Sandboxes {
    public static final SandboxSize SIZE = new SandboxSize(DataSize.ofGibibytes(1), 2, DataSize.ofGibibytes(10));

    private final Map<SandboxId, FakeMachine> machines;
    private final AuditLog audit;
    private final Consumer<String> acted;
    private final List<String> acts = new CopyOnWriteArrayList<>();
    private volatile Optional<HostException> rollbackFailure = Optional.empty();
    private volatile CountDownLatch createGate = new CountDownLatch(0);

    /**
     * @param machines the world; a concurrent map
     * @param acted told each effect before it happens; may throw, and then it does not
     */
    public FakeSandboxes(Map<SandboxId, FakeMachine> machines, AuditLog audit, Consumer<String> acted) {
        this.machines = machines;
        this.audit = audit;
        this.acted = acted;
    }

    /** What was done to machines and in guests, in order. */
    public List<String> acts() {
        return List.copyOf(acts);
    }

    /** Rollbacks fail from now on. */
    public void failRollback(HostException failure) {
        rollbackFailure = Optional.of(failure);
    }

    /** Creations wait for this; interrupted, they leave nothing. */
    public void holdCreate(CountDownLatch gate) {
        createGate = gate;
    }

    private void act(String what) {
        acted.accept(what);
        acts.add(what);
    }

    /** A sandbox that is there, without a record. */
    public static FakeMachine machine(Map<SandboxId, FakeMachine> machines, String id, Map<String, String> labels) {
        Sandbox sandbox = new Sandbox(
                new SandboxId(id),
                id,
                labels,
                "base",
                "digest",
                SIZE,
                Map.of(),
                IdleTimeouts.DEFAULT,
                SandboxState.READY,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                "");
        FakeMachine machine = new FakeMachine(sandbox);
        machines.put(sandbox.id(), machine);
        return machine;
    }

    @Override
    public Sandbox create(SandboxRequest request, Actor actor, Consumer<String> progress) {
        String id = String.format("sb-%010d", ThreadLocalRandom.current().nextLong(10_000_000_000L));
        audit.append(AuditEvent.of("sandbox.created", actor).withSandbox(new SandboxId(id)));
        progress.accept("booting");
        try {
            createGate.await();
        } catch (InterruptedException stopped) {
            throw HostException.of(HostErrorCode.CANCELLED, "creating a sandbox was stopped")
                    .build();
        }
        act("create " + request.image());
        return machine(machines, id, request.labels()).sandbox();
    }

    @Override
    public List<Sandbox> fork(SandboxId parent, ForkRequest request, Actor actor, Consumer<String> progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Sandbox> pick(String trial, Optional<SandboxId> picked, String why, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Sandbox> list(Map<String, String> labels) {
        acted.accept("list");
        return machines.values().stream()
                .map(FakeMachine::sandbox)
                .filter(sandbox -> sandbox.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public Sandbox get(String idOrName) {
        return machines.values().stream()
                .map(FakeMachine::sandbox)
                .filter(sandbox ->
                        sandbox.id().value().equals(idOrName) || sandbox.name().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> unknown(idOrName));
    }

    private static HostException unknown(Object id) {
        return HostException.of(HostErrorCode.UNKNOWN_SANDBOX, "unknown sandbox")
                .value(id)
                .build();
    }

    private FakeMachine machine(SandboxId id) {
        FakeMachine machine = machines.get(id);
        if (machine == null) {
            throw unknown(id);
        }
        return machine;
    }

    @Override
    public Sandbox pause(SandboxId id, boolean save, Actor actor) {
        audit.append(AuditEvent.of("sandbox.paused", actor).withSandbox(id));
        act("pause");
        machine(id).pause();
        return machine(id).sandbox();
    }

    @Override
    public Sandbox resume(SandboxId id, Actor actor) {
        audit.append(AuditEvent.of("sandbox.resumed", actor).withSandbox(id));
        act("resume");
        machine(id).goOn();
        return machine(id).sandbox();
    }

    @Override
    public void delete(SandboxId id, boolean force, Actor actor) {
        FakeMachine machine = machine(id);
        audit.append(AuditEvent.of("sandbox.deleted", actor).withSandbox(id));
        act("delete");
        machine.cut(HostErrorCode.GUEST_UNREACHABLE);
        machines.remove(id);
    }

    @Override
    public GuestSession open(SandboxId id, Optional<TaskId> task, Actor actor) {
        FakeMachine machine = machine(id);
        acted.accept("open");
        if (machine.broken()) {
            throw HostException.of(HostErrorCode.SANDBOX_BROKEN, "the machine died")
                    .value(id)
                    .build();
        }
        FakeGuest guest = new FakeGuest(machine, this::act);
        return new GuestSession() {
            @Override
            public Sandbox sandbox() {
                return machine.sandbox();
            }

            @Override
            public Guest guest() {
                return guest;
            }

            @Override
            public void close() {
                machine.cut(HostErrorCode.GUEST_UNREACHABLE);
            }
        };
    }

    @Override
    public void hold(SandboxId id, TaskId task, Optional<CheckpointId> needed) {
        act("hold");
    }

    @Override
    public void letGo(TaskId task) {}

    @Override
    public Checkpoint checkpoint(SandboxId id, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor) {
        FakeMachine machine = machine(id);
        audit.append(AuditEvent.of("checkpoint.created", actor).withSandbox(id));
        act("checkpoint " + kind + " " + label);
        CheckpointId name = new CheckpointId("c" + machine.checkpoints().size());
        Checkpoint checkpoint =
                new Checkpoint(name, Optional.empty(), kind, label, Instant.EPOCH, Duration.ZERO, DataSize.ZERO);
        machine.keep(checkpoint);
        return checkpoint;
    }

    @Override
    public List<Checkpoint> checkpoints(SandboxId id) {
        return machine(id).checkpoints();
    }

    @Override
    public Optional<CheckpointId> current(SandboxId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RollbackResult rollback(SandboxId id, RollbackRequest request, Actor actor) {
        FakeMachine machine = machine(id);
        audit.append(AuditEvent.of("sandbox.rolled_back", actor).withSandbox(id));
        if (rollbackFailure.isPresent()) {
            throw rollbackFailure.get();
        }
        act("rollback");
        Checkpoint checkpoint = machine.revert(request.checkpoint().orElseThrow());
        return new RollbackResult(checkpoint, Optional.empty(), List.of(), Duration.ZERO);
    }

    @Override
    public void deleteCheckpoint(SandboxId id, CheckpointId checkpoint, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Leftover> leftovers() {
        return List.of();
    }
}
