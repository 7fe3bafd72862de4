package dev.mulligan.vm;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The handle of one machine. It holds no resource: any number of handles may exist, and none must be closed.
 *
 * <p><b>Threads.</b> Every method may be called from any thread, virtual ones included, and blocks until the
 * effect is there. Methods that change the same machine exclude each other: the second waits, and fails with
 * {@link VmErrorCode#CONFLICT} after {@link VmManagerConfig#lockTimeout}.
 *
 * <p><b>Errors.</b> {@link VmException}: {@link VmErrorCode#NOT_FOUND} once the machine is deleted,
 * {@link VmErrorCode#WRONG_STATE} where the state does not allow the call,
 * {@link VmErrorCode#HYPERVISOR_UNAVAILABLE} while the daemon is away, {@link VmErrorCode#HOST_DISK_FULL}. A
 * failed call leaves the machine as it was, unless its description says otherwise.
 *
 * <p><b>Crashes.</b> A call that is cut off (this program killed, the daemon killed) leaves the machine either as
 * before or as after the call; the next {@link VmManager#open} finds out which and removes what is left over.
 */
public interface Vm {
    VmId id();

    VmSpec spec();

    /** The state now, asked from the hypervisor. */
    VmState state();

    /**
     * The unix socket of the machine's virtio-serial port {@value VmManager#GUEST_PORT}. It exists while the
     * machine has a process, takes one connection at a time, and its path stays the same over stop, revert and
     * restart. At most 107 bytes long.
     */
    Path guestPort();

    /**
     * What the guest wrote to its console, newest last. It is bounded by the daemon's log settings (libvirt's
     * virtlogd: 2 MiB, and up to three older files beside it with the suffixes .0 to .2).
     */
    Path serialLog();

    /** STOPPED or CRASHED: boots. SAVED: continues. RUNNING or PAUSED: {@link VmErrorCode#WRONG_STATE}. */
    default void start() {
        start(() -> {});
    }

    /**
     * The same.
     *
     * @param still called, on this thread, once a SAVED machine is there and before its processors go on: whoever connects to
     *     {@link #guestPort()} then is answered by the first instructions. Not called if it boots
     */
    void start(Runnable still);

    /** SAVED → PAUSED: the process is there with its memory, and its processors stand still. Does nothing if PAUSED. */
    void load();

    /** Stops the processors; memory stays. Does nothing if PAUSED. */
    void pause();

    /** Lets the processors run again. Does nothing if RUNNING. After an I/O error it takes a second longer. */
    void resume();

    /**
     * Ranks the RUNNING or PAUSED machine among others, until its process ends. Does nothing where the hypervisor cannot
     * rank, or where somebody else has given this machine a rank of its own.
     */
    void prioritise(Priority priority);

    /** Writes the memory to a file and ends the process: RUNNING or PAUSED → SAVED. Does nothing if SAVED. */
    void save();

    /**
     * Ends the process at once, as if the power failed: → STOPPED. The disk stays; a saved memory is dropped.
     * Attachments end. Does nothing if STOPPED.
     */
    void stop();

    /** Removes the machine: process, disks, checkpoints, directory. In any state, and for good. */
    void delete();

    /**
     * Records the present state.
     *
     * <p>{@code DISK}: in every state; of a SAVED machine it is the disk alone. What the guest has not yet written to its
     * disk is not in it, so whoever wants it whole has the guest freeze its file systems first. {@code FULL}: in RUNNING or
     * PAUSED, and only while no checkpoint is attached; the guest stands still while its memory is written, and
     * goes on (or stays paused) afterwards.
     *
     * <p>Of a machine from a template, a long chain of disk layers is shortened beside it afterwards; a call waits for that
     * only if the chain has grown to 20 layers meanwhile, because calls came faster than it could be copied. Of a machine
     * that booted or has no process, about every twentieth call waits. The guest goes on in all cases.
     *
     * @param label for people, see {@link Checkpoint#label}
     */
    Checkpoint checkpoint(CheckpointKind kind, String label);

    /** The tree of checkpoints, oldest first. */
    List<Checkpoint> checkpoints();

    /** The checkpoint on which the machine stands: the last one that it took or returned to. */
    Optional<CheckpointId> current();

    /**
     * Returns to a checkpoint, in any state. Afterwards the machine runs: from the very instant of a {@code FULL}
     * one (with the disks that were attached then), or booting from the disk of a {@code DISK} one (with no
     * attachments). What the machine did since its last checkpoint is gone. Other checkpoints stay.
     *
     * <p>If it fails before the present process is given up ({@link VmErrorCode#CHECKPOINT_UNUSABLE}, host disk
     * full, …), nothing changed. If it fails afterwards, the machine is CRASHED with the disk it had before, and
     * the checkpoint is unharmed.
     */
    default void revert(CheckpointId id) {
        revert(id, () -> {});
    }

    /**
     * The same.
     *
     * @param still called, on this thread, once the machine of a {@code FULL} checkpoint is back and before its processors go
     *     on, as by {@link #start(Runnable)}. Not called if it boots
     */
    void revert(CheckpointId id, Runnable still);

    /**
     * Makes another machine that goes on from a {@code FULL} checkpoint of this one, with the disks that were attached
     * then. It is SAVED, shares nothing with this machine that either could change, and outlives it.
     *
     * @param metadata takes the place of this machine's
     * @throws VmException {@link VmErrorCode#ALREADY_EXISTS}, {@link VmErrorCode#CHECKPOINT_NOT_FOUND}, {@link
     *     VmErrorCode#CHECKPOINT_UNUSABLE} for a {@code DISK} one, {@link VmErrorCode#UNSUPPORTED} if this machine did
     *     not come from a template
     */
    Vm fork(CheckpointId from, VmId id, Map<String, String> metadata);

    /**
     * Forgets a checkpoint and frees what only it needed. Later ones stay whole, and take its parent as theirs.
     */
    void deleteCheckpoint(CheckpointId id);

    /**
     * Plugs a disk into the RUNNING or PAUSED machine. It stays until {@link #detach}, or until the process ends;
     * {@code save} and {@code FULL} checkpoints keep it. At most {@value VmManager#MAXIMUM_ATTACHMENTS} at a time.
     */
    void attach(DiskAttachment disk);

    /**
     * Plugs the disk of a checkpoint into the running machine, writable: the guest writes to a throwaway layer,
     * the checkpoint stays as it is.
     */
    void attachCheckpoint(CheckpointId id, String serial);

    /**
     * Asks the guest to let go of a disk and waits until it has; removes a throwaway layer. After
     * {@link VmManagerConfig#detachTimeout} it fails with {@link VmErrorCode#GUEST_BUSY}, and the disk stays.
     */
    void detach(String serial);

    /** The disks that are attached now, by serial. */
    List<DiskAttachment> attachments();

    /**
     * The files of all disks that are attached now, or were when a {@code FULL} checkpoint was taken: as long as one is
     * in here it must stay as it is, or the machine cannot go on or return.
     */
    Set<Path> attachedFiles();
}
