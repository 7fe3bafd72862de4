package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sandboxes of this host. Every method that changes a machine records first, then acts; those on one sandbox run
 * one after another, those on different sandboxes at the same time. Blocking; call from a thread that may wait (a
 * virtual one will do).
 */
public interface Sandboxes {
    /** Creates, boots and connects a sandbox; reports steps worth showing. Interrupted, it leaves nothing behind. */
    Sandbox create(SandboxRequest request, Actor actor, Consumer<String> progress);

    /**
     * Makes sandboxes that go on from the moment in which this one is, memory and disk; it stands still for one full
     * checkpoint, and goes on. All of them come, or none; they share nothing with it that either could change, and
     * outlive it. Reports steps worth showing. Interrupted, it leaves nothing behind.
     *
     * <p>{@code TASK_RUNNING} while a task holds it, {@code SANDBOX_BROKEN}, {@code UNSUPPORTED} if it did not come from
     * a template, {@code HOST_MEMORY}, {@code HOST_DISK_FULL}.
     */
    List<Sandbox> fork(SandboxId parent, ForkRequest request, Actor actor, Consumer<String> progress);

    /**
     * Ends a try: keeps one of its candidates and deletes the others. Cut off, the same call finishes it. {@code
     * TASK_RUNNING} while a task holds one of the others.
     *
     * @param trial the value of the label {@code mulligan.try} of its candidates
     * @param picked empty: none is kept
     * @param why for people, and for the record
     * @return those that were deleted
     */
    List<Sandbox> pick(String trial, Optional<SandboxId> picked, String why, Actor actor);

    /** All sandboxes whose labels contain these. */
    List<Sandbox> list(Map<String, String> labels);

    /** By id or name; {@code UNKNOWN_SANDBOX}. */
    Sandbox get(String idOrName);

    Sandbox pause(SandboxId id, boolean save, Actor actor);

    Sandbox resume(SandboxId id, Actor actor);

    /** Deletes machine, disk and checkpoints. {@code SANDBOX_BUSY} while a task holds it, unless {@code force}. */
    void delete(SandboxId id, boolean force, Actor actor);

    /**
     * Opens the guest for work, resuming the machine if need be. While any session is open the sandbox is not idle.
     * Several sessions at a time are fine; {@code task} marks the one that holds the sandbox, and is refused
     * ({@code TASK_RUNNING}) if another task does.
     */
    GuestSession open(SandboxId id, Optional<TaskId> task, Actor actor);

    /**
     * Holds the sandbox for a task that will go on in it, without waking it: nobody else gets it, and it is not idle.
     *
     * @param needed a checkpoint to which the task may want to return
     */
    void hold(SandboxId id, TaskId task, Optional<CheckpointId> needed);

    /** Lets go of whatever the task still holds: a sandbox made for it is held before there is a session. */
    void letGo(TaskId task);

    /** Freezes (disk) or pauses (full) as short as possible. */
    Checkpoint checkpoint(SandboxId id, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor);

    List<Checkpoint> checkpoints(SandboxId id);

    /** The checkpoint on which the machine stands. */
    Optional<CheckpointId> current(SandboxId id);

    /** Returns the machine or some of its paths to a checkpoint; see {@code CheckpointService.Rollback}. */
    RollbackResult rollback(SandboxId id, RollbackRequest request, Actor actor);

    void deleteCheckpoint(SandboxId id, CheckpointId checkpoint, Actor actor);

    /** What no sandbox owns. */
    List<dev.mulligan.vm.Leftover> leftovers();
}
