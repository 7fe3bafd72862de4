package dev.mulligan.vm.machine;

import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmEvent;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManagerConfig;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.checkpoint.Attachment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One machine: every verb under its lock, and every change of state announced once. */
final class Machine implements Vm {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

    private final MachineCore core;
    private final Turn turn;
    private final Announcer announcer;
    private final Settlement settlement;
    private final PowerSwitch power;
    private final Checkpointing checkpointing;
    private final Reverting reverting;
    private final Attaching attaching;
    private final Forking forking;
    private final BiFunction<VmId, Supplier<MachineRecord>, Vm> admit;
    private final Duration patience;
    private volatile boolean deleted;
    /** Whether the daemon was still at work on a change when we last looked: what comes of it is not known yet. */
    private volatile boolean unsettled;

    /** @param admit takes in a machine of that id that is made from this one */
    Machine(
            MachineCore core,
            VmManagerConfig config,
            InstantSource clock,
            Consumer<VmEvent> publish,
            BiFunction<VmId, Supplier<MachineRecord>, Vm> admit) {
        this.core = core;
        this.announcer = new Announcer(core, publish);
        this.turn = new Turn(config.lockTimeout(), this::announceExternal);
        this.settlement = new Settlement(core);
        this.patience = config.lockTimeout();
        var shortening = new Shortening(core);
        this.power = new PowerSwitch(core, shortening);
        this.checkpointing = new Checkpointing(core, clock, shortening);
        this.reverting = new Reverting(core, shortening);
        this.attaching = new Attaching(core, config.detachTimeout());
        this.forking = new Forking(core);
        this.admit = admit;
    }

    /** Takes the machine over from an earlier program. Returns whether it still exists afterwards. */
    boolean adopt() {
        return turn.take(id(), () -> {
            settled(patience);
            if (core.record().isBeingDeleted()) {
                core.files().removeAll();
                deleted = true;
                return false;
            }
            announcer.initialise();
            return true;
        });
    }

    /** A machine that has just been defined: its first state is no news. */
    void begin() {
        announcer.initialise();
    }

    /** Keeps in mind why the domain will be found gone. Returns at once. */
    void noteReason(DomainEvent.Change change) {
        if (change == DomainEvent.Change.SHUTTING_DOWN || change == DomainEvent.Change.SHUT_DOWN) {
            announcer.guestShutDown();
        }
    }

    /** Something happened to the domain, or may have: look, now or as soon as the verb at work is done. */
    void observe() {
        turn.request();
    }

    private void announceExternal() {
        // While nobody knows what comes of a change there is nothing to say; its end brings us here again.
        if (!deleted && (!unsettled || settled(Duration.ZERO))) {
            announcer.announce(false);
        }
    }

    /** Settles what is under way. Returns false if that cannot be done yet. */
    private boolean settled(Duration patience) {
        unsettled = !settlement.settle(patience);
        return !unsettled;
    }

    MachineCore core() {
        return core;
    }

    boolean isBusy() {
        return turn.isTaken();
    }

    boolean isDeleted() {
        return deleted;
    }

    private <T> T exclusively(Supplier<T> verb) {
        return exclusively(this::requireSettled, verb);
    }

    private <T> T exclusively(Runnable settle, Supplier<T> verb) {
        return turn.take(id(), () -> {
            requireExisting();
            if (core.record().pending().isPresent()) {
                settle.run();
            }
            try {
                T result = verb.get();
                if (!deleted) {
                    announcer.announce(true);
                }
                return result;
            } catch (RuntimeException e) {
                settleAfter(e);
                throw e;
            }
        });
    }

    private void exclusively(Runnable verb) {
        exclusively(() -> {
            verb.run();
            return true;
        });
    }

    /** For verbs that give up the process: they do not wait for what the daemon may be doing with it. */
    private void givingUp(Runnable verb) {
        exclusively(this::settleByForce, () -> {
            verb.run();
            return true;
        });
    }

    /** Without a process the files alone say what came of a change. */
    private void settleByForce() {
        if (!isClear()) {
            core.hypervisor().destroy(core.key());
            requireSettled();
        }
    }

    private boolean isClear() {
        try {
            return settled(Duration.ZERO);
        } catch (VmException unclear) {
            LOG.warn(
                    "what came of a change of machine {} is not clear, so its process ends: {}",
                    id(),
                    unclear.getMessage());
            return false;
        }
    }

    private void requireSettled() {
        if (!settled(patience)) {
            throw VmException.of(
                    VmErrorCode.CONFLICT,
                    "machine " + id(),
                    "libvirt has been at work on its process for more than " + patience.toSeconds() + " s",
                    "one operation at a time",
                    "try again later; `stop` ends it at once, and what has not been saved is lost");
        }
    }

    /** A failed verb is settled like one that was killed; if that fails too, the next verb tries again. */
    private void settleAfter(RuntimeException failure) {
        try {
            if (core.record().isBeingDeleted() || settled(patience)) {
                announcer.announce(false);
            }
        } catch (RuntimeException again) {
            failure.addSuppressed(again);
        }
    }

    private void requireExisting() {
        if (deleted) {
            throw VmException.of(
                    VmErrorCode.NOT_FOUND, "machine", id(), "one that was not deleted", "list the machines");
        }
    }

    @Override
    public VmId id() {
        return core.key().id();
    }

    @Override
    public VmSpec spec() {
        return core.record().spec();
    }

    @Override
    public VmState state() {
        requireExisting();
        // In the middle of a verb the domain may be gone for a moment, which is nobody's business.
        return turn.isChanging() || unsettled ? announcer.last() : core.state();
    }

    @Override
    public Path guestPort() {
        return core.files().port();
    }

    @Override
    public Path serialLog() {
        return core.files().serialLog();
    }

    @Override
    public void start(Runnable still) {
        exclusively(() -> power.start(still));
    }

    @Override
    public void load() {
        exclusively(power::load);
    }

    @Override
    public void pause() {
        exclusively(power::pause);
    }

    @Override
    public void resume() {
        exclusively(power::resume);
    }

    @Override
    public void prioritise(Priority priority) {
        exclusively(() -> power.prioritise(priority));
    }

    @Override
    public void save() {
        exclusively(power::save);
    }

    @Override
    public void stop() {
        givingUp(power::stop);
    }

    @Override
    public void delete() {
        givingUp(() -> {
            power.delete();
            deleted = true;
        });
    }

    @Override
    public Checkpoint checkpoint(CheckpointKind kind, String label) {
        return exclusively(() -> checkpointing.take(kind, label));
    }

    @Override
    public List<Checkpoint> checkpoints() {
        requireExisting();
        return core.record().checkpoints().list();
    }

    @Override
    public Optional<CheckpointId> current() {
        requireExisting();
        return core.record().checkpoints().current();
    }

    @Override
    public void revert(CheckpointId id, Runnable still) {
        exclusively(() -> reverting.revert(id, still));
    }

    @Override
    public Vm fork(CheckpointId from, VmId id, Map<String, String> metadata) {
        return admit.apply(id, () -> exclusively(() -> forking.fork(from, id, metadata)));
    }

    @Override
    public void deleteCheckpoint(CheckpointId id) {
        exclusively(() -> checkpointing.delete(id));
    }

    @Override
    public void attach(DiskAttachment disk) {
        exclusively(() -> attaching.attach(disk));
    }

    @Override
    public void attachCheckpoint(CheckpointId id, String serial) {
        exclusively(() -> attaching.attachCheckpoint(id, serial));
    }

    @Override
    public void detach(String serial) {
        exclusively(() -> attaching.detach(serial));
    }

    @Override
    public List<DiskAttachment> attachments() {
        requireExisting();
        return core.record().attachments().stream().map(Attachment::disk).toList();
    }

    @Override
    public Set<Path> attachedFiles() {
        requireExisting();
        return core.record().attachedFiles();
    }

    @Override
    public String toString() {
        return "machine " + id();
    }
}
