package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.GuestIdentity;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox while this program runs: its journaled entry, its machine, the connection to its guest, and who uses
 * it. What changes the machine happens in its {@link #turn}: one thing after another.
 */
final class LiveSandbox {
    private final SandboxContext context;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicBoolean rollingBack = new AtomicBoolean();
    private final Map<CheckpointId, TaskId> takenFor = new HashMap<>();
    private volatile SandboxEntry entry;
    private volatile @Nullable GuestLink link;
    private volatile boolean deleted;
    // Guarded by this.
    private int sessions;
    private int taskSessions;
    private boolean untouched;
    private @Nullable TaskId holder;

    LiveSandbox(SandboxContext context, SandboxEntry entry) {
        this.context = context;
        this.entry = entry;
        this.holder = entry.sandbox().task().orElse(null);
    }

    SandboxId id() {
        return entry.sandbox().id();
    }

    synchronized SandboxEntry entry() {
        return entry.with(entry.sandbox().lastUsed(), Optional.ofNullable(holder));
    }

    Sandbox view() {
        return entry().sandbox();
    }

    SandboxState state() {
        return entry.sandbox().state();
    }

    /** Who its machine is inside: always the same, also after a return to a time at which it was somebody else. */
    GuestIdentity identity() {
        return identity(id().value(), view().name());
    }

    /** Who the machine of a sandbox with this id and name is. */
    static GuestIdentity identity(String id, String name) {
        UUID machineId = UUID.nameUUIDFromBytes(("mulligan sandbox " + id).getBytes(StandardCharsets.UTF_8));
        return new GuestIdentity(name, machineId.toString().replace("-", ""));
    }

    VmId machine() {
        return new VmId(id().value());
    }

    Vm vm() {
        return context.vms().get(machine());
    }

    Optional<GuestLink> link() {
        return Optional.ofNullable(link).filter(GuestLink::isAlive);
    }

    /** The guest has been connected to. */
    void linked(GuestLink connected) {
        link = connected;
    }

    /** Ends what runs in the guest, with this reason. */
    void unlink(HostErrorCode code, String why) {
        GuestLink over = link;
        link = null;
        if (over != null) {
            over.close(HostException.of(code, why).value(view().name()).build());
        }
    }

    /** Journals a new state; from now on it is the state. */
    void become(SandboxState state, String reason) {
        become(List.of(this), state, reason, context);
    }

    /** Journals a new state of several, of all or of none. */
    static void become(List<LiveSandbox> all, SandboxState state, String reason, SandboxContext context) {
        Instant now = context.clock().instant();
        context.journal()
                .update(all.stream()
                        .map(one -> one.entry.in(state, reason, now))
                        .toList());
        for (LiveSandbox one : all) {
            synchronized (one) {
                // Anew: it may have been touched meanwhile.
                one.entry = one.entry.in(state, reason, now);
            }
        }
    }

    void gone() {
        deleted = true;
    }

    /**
     * Does something with the machine, alone. Whatever fails, the state afterwards is the machine's: a machine that
     * died meanwhile makes the sandbox BROKEN, and the failure says so.
     */
    <T> T turn(Supplier<T> work) {
        try {
            turn.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while waiting for the sandbox")
                    .value(view().name())
                    .build();
        }
        try {
            requireThere();
            return work.get();
        } catch (VmException failed) {
            throw afterFailure(VmFailures.translate(failed));
        } catch (HostException failed) {
            throw afterFailure(failed);
        } finally {
            turn.unlock();
        }
    }

    private void requireThere() {
        if (deleted) {
            throw HostException.of(HostErrorCode.UNKNOWN_SANDBOX, "the sandbox was deleted meanwhile")
                    .value(view().name())
                    .build();
        }
    }

    private HostException afterFailure(HostException failed) {
        if (deleted || state() == SandboxState.STARTING || state() == SandboxState.DELETING) {
            return failed;
        }
        boolean wasBroken = state() == SandboxState.BROKEN;
        if (observe() && !wasBroken) {
            return HostException.of(HostErrorCode.GUEST_UNREACHABLE, "the machine died under the sandbox")
                    .value(view().name())
                    .remedy("roll it back to a checkpoint, or delete it")
                    .cause(failed)
                    .build();
        }
        return failed;
    }

    /** Compares with the machine, in a turn; returns whether the sandbox is broken. */
    boolean observe() {
        Optional<VmState> machine;
        try {
            machine = context.vms().find(machine()).map(Vm::state);
        } catch (VmException unknown) {
            // The daemon is away: nothing is known, nothing is changed.
            return state() == SandboxState.BROKEN;
        }
        return new StateAgreement(this).settle(machine);
    }

    boolean isIdleSince(Instant instant) {
        synchronized (this) {
            return sessions == 0
                    && holder == null
                    && !entry.sandbox().lastUsed().isAfter(instant);
        }
    }

    /** Nothing runs in it and nobody is at work on it; then {@code work} is done in its turn. */
    void ifUntouched(Runnable work) {
        synchronized (this) {
            if (sessions > 0 || holder != null) {
                return;
            }
        }
        if (turn.tryLock()) {
            try {
                if (!deleted) {
                    work.run();
                }
            } finally {
                turn.unlock();
            }
        }
    }

    /** It has just come from its template: nobody has been in it yet. */
    synchronized void untouched() {
        untouched = true;
    }

    /** Whether it still is as it came from its template, but for what its system does by itself. */
    synchronized boolean isUntouched() {
        return untouched;
    }

    /** A session begins; {@code TASK_RUNNING} if it is for a task and another one holds the sandbox. */
    synchronized void enter(Optional<TaskId> task) {
        task.ifPresent(id -> {
            requireFree(Optional.of(id));
            holder = id;
            taskSessions++;
        });
        sessions++;
        touch();
    }

    /** A task will go on in it; {@code TASK_RUNNING} if another one holds it. */
    synchronized void hold(TaskId task) {
        requireFree(Optional.of(task));
        holder = task;
    }

    /** Something is asked of its guest. */
    synchronized void used() {
        untouched = false;
    }

    /** A session has ended; the last one of a task lets go of the sandbox. */
    synchronized void leave(Optional<TaskId> task) {
        sessions--;
        touch();
        if (task.isPresent() && --taskSessions == 0) {
            holder = null;
        }
    }

    /** The task has ended, whether it ever had a session or not. */
    synchronized void letGo(TaskId task) {
        if (task.equals(holder)) {
            holder = null;
            touch();
        }
    }

    private void touch() {
        entry = entry.with(context.clock().instant(), Optional.empty());
    }

    /** {@code TASK_RUNNING} if a task holds the sandbox that is not this one. */
    synchronized void requireFree(Optional<TaskId> onBehalfOf) {
        TaskId holding = holder;
        if (holding != null && !onBehalfOf.equals(Optional.of(holding))) {
            throw HostException.of(HostErrorCode.TASK_RUNNING, "a task runs in the sandbox")
                    .value(view().name() + ", task " + holding)
                    .expected("a sandbox that no task holds")
                    .remedy("wait for the task, or cancel it: mulligan task cancel " + holding)
                    .build();
        }
    }

    synchronized boolean isHeld() {
        return holder != null;
    }

    /** {@code ROLLBACK_RUNNING} if there is one already. Close what it returns. */
    Rolling beginRollback() {
        if (!rollingBack.compareAndSet(false, true)) {
            throw HostException.of(HostErrorCode.ROLLBACK_RUNNING, "another rollback of the sandbox is running")
                    .value(view().name())
                    .remedy("wait until it has ended")
                    .build();
        }
        return () -> rollingBack.set(false);
    }

    /** A rollback under way. */
    interface Rolling extends AutoCloseable {
        @Override
        void close();
    }

    synchronized void taken(CheckpointId checkpoint, TaskId task) {
        takenFor.put(checkpoint, task);
    }

    /** The checkpoints to which the task that holds the sandbox may want to return. */
    synchronized Set<CheckpointId> needed() {
        TaskId holding = holder;
        return takenFor.entrySet().stream()
                .filter(taken -> taken.getValue().equals(holding))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
