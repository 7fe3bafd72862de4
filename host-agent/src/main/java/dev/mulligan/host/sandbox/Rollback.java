package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.Guest.RestoredEntry;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.sandbox.RollbackResult.Outcome;
import dev.mulligan.host.sandbox.RollbackResult.RestoredPath;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Returns a machine, or some of its paths, to a checkpoint. */
final class Rollback {
    private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);
    private static final int MOST_PATHS = 1_000;

    private final SandboxContext context;
    private final Power power;
    private final CheckpointTaking taking;
    private final WorkspaceDisks workspaces;
    private final RandomGenerator random;

    Rollback(
            SandboxContext context,
            Power power,
            CheckpointTaking taking,
            WorkspaceDisks workspaces,
            RandomGenerator random) {
        this.context = context;
        this.power = power;
        this.taking = taking;
        this.workspaces = workspaces;
        this.random = random;
    }

    RollbackResult run(LiveSandbox sandbox, RollbackRequest request, Actor actor) {
        List<GuestPath> paths = paths(request.paths());
        sandbox.requireFree(request.task());
        try (LiveSandbox.Rolling _ = sandbox.beginRollback()) {
            return sandbox.turn(() -> {
                // Again: a task may have come while this waited for its turn.
                sandbox.requireFree(request.task());
                sandbox.observe();
                return paths.isEmpty() ? machine(sandbox, request, actor) : paths(sandbox, request, paths, actor);
            });
        }
    }

    private static List<GuestPath> paths(List<String> texts) {
        if (texts.size() > MOST_PATHS) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "paths to roll back")
                    .value(texts.size())
                    .expected("at most " + MOST_PATHS)
                    .remedy("name a directory above them, or roll back the machine")
                    .build();
        }
        // In the order asked for, each once.
        return List.copyOf(new LinkedHashSet<>(
                texts.stream().map(GuestPath::of).map(Rollback::requireNotRoot).toList()));
    }

    private static GuestPath requireNotRoot(GuestPath path) {
        if (path.equals(GuestPath.ROOT)) {
            throw HostException.of(HostErrorCode.BAD_PATH, "path")
                    .value('"' + path.toString() + '"')
                    .expected("a path below \"/\"")
                    .remedy("roll back the machine, without naming paths")
                    .build();
        }
        return path;
    }

    private RollbackResult machine(LiveSandbox sandbox, RollbackRequest request, Actor actor) {
        Vm vm = sandbox.vm();
        Checkpoint target = new CheckpointChoice(vm).forMachine(request.checkpoint());
        record("sandbox.rolled_back", sandbox, request, target, actor, Map.of());
        long begin = System.nanoTime();
        Optional<Checkpoint> before = request.discardCurrent()
                ? Optional.empty()
                : Optional.of(taking.before(
                        sandbox, CheckpointKind.FULL, label(target, "rollback"), request, target.id(), actor));
        sandbox.unlink(HostErrorCode.ROLLED_BACK, "the sandbox was rolled back");
        goBack(sandbox, vm, target);
        return new RollbackResult(target, before, List.of(), Duration.ofNanos(System.nanoTime() - begin));
    }

    /** A machine that has gone back but does not answer is no sandbox to work in. */
    private void goBack(LiveSandbox sandbox, Vm vm, Checkpoint target) {
        GuestLink link;
        try {
            link = revert(sandbox, vm, target);
            sandbox.linked(link);
        } catch (HostException silent) {
            // Nobody watches what it does: it stands still until it is rolled back or deleted.
            standStill(vm);
            sandbox.become(SandboxState.BROKEN, "its guest agent did not answer after a rollback");
            throw silent;
        }
        sandbox.become(SandboxState.READY, "");
        workspaces.agreeAfterReturn(sandbox, link);
    }

    private GuestLink revert(LiveSandbox sandbox, Vm vm, Checkpoint target) {
        SandboxesConfig config = context.config();
        // At its template's moment, and when it boots, it is nobody yet; later it knew who it is.
        boolean knowsItself =
                target.kind() == CheckpointKind.FULL && !target.label().equals(Checkpoint.FROM_TEMPLATE);
        return new GuestWait(context.connector())
                .goOn(
                        vm,
                        still -> vm.revert(target.id(), still),
                        knowsItself ? Optional.empty() : Optional.of(sandbox.identity()),
                        target.kind() == CheckpointKind.FULL ? config.reconnect() : config.boot());
    }

    private static void standStill(Vm vm) {
        try {
            vm.pause();
        } catch (VmException gone) {
            LOG.info("machine {} of a broken sandbox: {}", vm.id(), gone.getMessage());
        }
    }

    private RollbackResult paths(LiveSandbox sandbox, RollbackRequest request, List<GuestPath> paths, Actor actor) {
        workspaces.requireOutside(sandbox, paths);
        Vm vm = sandbox.vm();
        Checkpoint target = new CheckpointChoice(vm).forPaths(request.checkpoint());
        GuestLink link = power.ensureRunning(sandbox, actor);
        record("paths.rolled_back", sandbox, request, target, actor, Map.of("paths", shown(paths)));
        long begin = System.nanoTime();
        Optional<Checkpoint> before = request.discardCurrent()
                ? Optional.empty()
                : Optional.of(taking.before(
                        sandbox, CheckpointKind.DISK, label(target, "rollback of paths"), request, target.id(), actor));
        ThrowawayDisks.detachAll(vm);
        String serial = ThrowawayDisks.serial(random);
        vm.attachCheckpoint(target.id(), serial);
        List<RestoredEntry> restored;
        try {
            restored =
                    link.guest().files().restore(serial, paths, context.config().restore());
        } finally {
            ThrowawayDisks.detach(vm, serial);
        }
        return new RollbackResult(
                target,
                before,
                restored.stream().map(Rollback::result).toList(),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private static RestoredPath result(RestoredEntry entry) {
        return new RestoredPath(
                entry.path().toString(),
                switch (entry.outcome()) {
                    case REPLACED -> Outcome.REPLACED;
                    case REMOVED -> Outcome.REMOVED;
                    case ABSENT -> Outcome.ABSENT;
                });
    }

    private static String label(Checkpoint target, String what) {
        return "before " + what + " to " + target.id();
    }

    /** A few of many: an entry of the record is no place for a thousand paths. */
    private static String shown(List<GuestPath> paths) {
        int most = 20;
        String some = String.join(
                ", ", paths.stream().limit(most).map(GuestPath::toString).toList());
        return paths.size() > most ? some + " and " + (paths.size() - most) + " more" : some;
    }

    private void record(
            String kind,
            LiveSandbox sandbox,
            RollbackRequest request,
            Checkpoint target,
            Actor actor,
            Map<String, String> more) {
        Map<String, String> details = new HashMap<>(more);
        details.put("checkpoint", target.id().value());
        details.put("discard_current", String.valueOf(request.discardCurrent()));
        AuditEvent event = AuditEvent.of(kind, actor).withSandbox(sandbox.id()).withDetails(details);
        context.audit().append(request.task().map(event::withTask).orElse(event));
    }
}
