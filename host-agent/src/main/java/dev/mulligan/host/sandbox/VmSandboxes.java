package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.template.WarmPool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sandboxes that are machines of a {@link VmManager}. Closing it lets go of the guests; the machines go on. */
public final class VmSandboxes implements Sandboxes, AutoCloseable {
    private final SandboxContext context;
    private final Roster roster;
    private final WarmPool pool;
    private final KeptTemplates templates;
    private final Creation creation;
    private final Forking forking;
    private final Picking picking;
    private final Power power;
    private final CheckpointTaking taking;
    private final Rollback rollback;
    private final AttachedWorkspaces workspaces;
    private final Deletion deletion;
    private final SandboxWatch watch;

    private VmSandboxes(SandboxContext context) {
        SecureRandom random = new SecureRandom();
        Room room = new Room(context.capacity(), context.config().diskReserve());
        this.context = context;
        this.roster = new Roster(new SandboxNames(random));
        ReadyMachines ready =
                new ReadyMachines(context.connector(), context.config().goOn());
        this.pool = new WarmPool(
                context.vms(),
                ready,
                () -> new VmId(roster.newId().value()),
                context.config().pool(),
                context.capacity()::memoryAvailable,
                context.clock());
        ImageTemplates origins = new ImageTemplates(
                context.vms(),
                pool,
                new TemplateWarmUp(
                        context.connector(),
                        context.config().boot(),
                        context.config().warmUp()),
                room);
        this.templates = new KeptTemplates(context, origins, pool);
        this.deletion = new Deletion(context, roster);
        this.creation = new Creation(context, room, roster, deletion, origins, ready);
        this.power = new Power(context, room);
        this.taking = new CheckpointTaking(context, room, power);
        WorkspaceDisks disks = new WorkspaceDisks(context);
        this.rollback = new Rollback(context, power, taking, disks, random);
        this.workspaces = new AttachedWorkspaces(context, roster, power, disks, random);
        this.forking = new Forking(context, room, roster, deletion, taking, origins);
        this.picking = new Picking(context, roster, deletion);
        new Adoption(context, roster, deletion).run();
        templates.removeOutdated();
        this.watch = SandboxWatch.start(context, roster, power, new IdleKeeper(context, roster, power, deletion));
    }

    /** Takes over the sandboxes in the journal and watches over them. */
    public static VmSandboxes open(
            VmManager vms,
            BootImages images,
            GuestConnector connector,
            AuditLog audit,
            Store store,
            FolderPacker packer,
            HostCapacity capacity,
            Clock clock,
            SandboxesConfig config) {
        return open(new SandboxContext(
                vms,
                images,
                connector,
                audit,
                SandboxJournal.in(store),
                WorkspaceJournal.in(store),
                packer,
                capacity,
                clock,
                System::nanoTime,
                config));
    }

    static VmSandboxes open(SandboxContext context) {
        return new VmSandboxes(context);
    }

    @Override
    public Sandbox create(SandboxRequest request, Actor actor, Consumer<String> progress) {
        return creation.create(request, actor, progress);
    }

    @Override
    public List<Sandbox> fork(SandboxId parent, ForkRequest request, Actor actor, Consumer<String> progress) {
        return forking.fork(roster.get(parent), request, actor, progress);
    }

    @Override
    public List<Sandbox> pick(String trial, Optional<SandboxId> picked, String why, Actor actor) {
        return picking.pick(trial, picked, why, actor);
    }

    /** The templates that its sandboxes come from, and what stands ready. */
    public SandboxTemplates templates() {
        return templates;
    }

    /** Folders of the host in its sandboxes. */
    public SandboxWorkspaces workspaces() {
        return workspaces;
    }

    @Override
    public List<Sandbox> list(Map<String, String> labels) {
        return roster.all().stream()
                .map(LiveSandbox::view)
                .filter(sandbox -> sandbox.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public Sandbox get(String idOrName) {
        return roster.get(idOrName).view();
    }

    @Override
    public Sandbox pause(SandboxId id, boolean save, Actor actor) {
        return inTurn(id, sandbox -> power.pause(sandbox, save, actor));
    }

    @Override
    public Sandbox resume(SandboxId id, Actor actor) {
        return inTurn(id, sandbox -> {
            var _ = power.ensureRunning(sandbox, actor);
        });
    }

    private Sandbox inTurn(SandboxId id, Consumer<LiveSandbox> work) {
        LiveSandbox sandbox = roster.get(id);
        return sandbox.turn(() -> {
            sandbox.observe();
            work.accept(sandbox);
            return sandbox.view();
        });
    }

    @Override
    public void delete(SandboxId id, boolean force, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        requireFree(sandbox, force);
        sandbox.turn(() -> {
            // Again: a task may have come while this waited for its turn.
            requireFree(sandbox, force);
            deletion.delete(sandbox, actor);
            return id;
        });
    }

    private static void requireFree(LiveSandbox sandbox, boolean force) {
        if (sandbox.isHeld() && !force) {
            throw HostException.of(HostErrorCode.SANDBOX_BUSY, "a task runs in the sandbox")
                    .value(sandbox.view().name())
                    .expected("a sandbox that no task holds")
                    .remedy("cancel the task, or force it")
                    .build();
        }
    }

    @Override
    public GuestSession open(SandboxId id, Optional<TaskId> task, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        sandbox.enter(task);
        boolean opened = false;
        try {
            Guest _ = guest(sandbox, actor);
            Session session = new Session(sandbox, task, () -> {
                sandbox.used();
                return guest(sandbox, actor);
            });
            opened = true;
            return session;
        } finally {
            if (!opened) {
                sandbox.leave(task);
            }
        }
    }

    @Override
    public void hold(SandboxId id, TaskId task, Optional<CheckpointId> needed) {
        LiveSandbox sandbox = roster.get(id);
        sandbox.hold(task);
        needed.ifPresent(checkpoint -> sandbox.taken(checkpoint, task));
    }

    @Override
    public void letGo(TaskId task) {
        roster.all().forEach(sandbox -> sandbox.letGo(task));
    }

    /** The guest as it is now; without a turn if it is simply there. */
    private Guest guest(LiveSandbox sandbox, Actor actor) {
        if (sandbox.state() == SandboxState.READY) {
            Optional<Guest> there = sandbox.link().map(link -> link.guest());
            if (there.isPresent()) {
                return there.get();
            }
        }
        return sandbox.turn(() -> power.ensureRunning(sandbox, actor).guest());
    }

    @Override
    public Checkpoint checkpoint(SandboxId id, CheckpointKind kind, String label, Optional<TaskId> task, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        return sandbox.turn(() -> {
            if (sandbox.observe()) {
                throw Power.broken(sandbox);
            }
            return taking.take(sandbox, kind, label, task, actor);
        });
    }

    @Override
    public List<Checkpoint> checkpoints(SandboxId id) {
        return ask(() -> roster.get(id).vm().checkpoints());
    }

    @Override
    public Optional<CheckpointId> current(SandboxId id) {
        return ask(() -> roster.get(id).vm().current());
    }

    @Override
    public RollbackResult rollback(SandboxId id, RollbackRequest request, Actor actor) {
        return rollback.run(roster.get(id), request, actor);
    }

    @Override
    public void deleteCheckpoint(SandboxId id, CheckpointId checkpoint, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        sandbox.turn(() -> {
            taking.delete(sandbox, checkpoint, actor);
            return checkpoint;
        });
    }

    @Override
    public List<Leftover> leftovers() {
        return ask(() -> new SandboxLeftovers(context, roster, pool).find());
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (VmException failed) {
            throw VmFailures.translate(failed);
        }
    }

    /** Pauses every sandbox that runs, or saves them all: what the host agent leaves when it ends. */
    public void putToRest(boolean save, Actor actor) {
        watch.putToRest(save, actor);
    }

    /** The machines that stand ready. */
    WarmPool pool() {
        return pool;
    }

    /** Looks after the sandboxes now; the timer does so by itself. */
    void look() {
        watch.look();
    }

    @Override
    public void close() {
        watch.stop();
        pool.close();
        watch.close();
        roster.all().forEach(sandbox -> sandbox.unlink(HostErrorCode.SHUTTING_DOWN, "the host agent ends"));
    }
}
