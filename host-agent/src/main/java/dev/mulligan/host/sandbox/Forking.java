package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sandboxes that go on from the moment in which another one is, or leaves nothing behind. The parent stands still
 * for one full checkpoint, which is deleted when all children answer: they share its files, and outlive it.
 */
final class Forking {
    /** Of the checkpoint that is taken for a fork; one that is there later was left by a host agent that was killed. */
    static final String LABEL = "fork";

    private static final Logger LOG = LoggerFactory.getLogger(Forking.class);
    private static final int ATTEMPTS = 2;

    private final SandboxContext context;
    private final Room room;
    private final Roster roster;
    private final Deletion deletion;
    private final CheckpointTaking taking;
    private final ImageTemplates templates;

    Forking(
            SandboxContext context,
            Room room,
            Roster roster,
            Deletion deletion,
            CheckpointTaking taking,
            ImageTemplates templates) {
        this.context = context;
        this.room = room;
        this.roster = roster;
        this.deletion = deletion;
        this.taking = taking;
        this.templates = templates;
    }

    List<Sandbox> fork(LiveSandbox parent, ForkRequest request, Actor actor, Consumer<String> progress) {
        new RequestCheck(context.capacity()).check(request);
        requireForkable(parent);
        try (UndoStack undo = new UndoStack();
                Room.Promise _ = room.promiseMemory(atFirst(parent, request.count()))) {
            List<LiveSandbox> children = new ArrayList<>();
            CheckpointId moment = parent.turn(() -> begin(parent, request, actor, children, undo, progress));
            new Together(context.capacity().processors())
                    .run(
                            children,
                            child -> start(parent, moment, child),
                            done -> progress.accept(done + " of " + children.size() + " answer"));
            complete(children);
            undo.keep();
            forget(parent, moment);
            return children.stream().map(LiveSandbox::view).toList();
        }
    }

    /** In the parent's turn: what is refused is refused before anything is on record. */
    private CheckpointId begin(
            LiveSandbox parent,
            ForkRequest request,
            Actor actor,
            List<LiveSandbox> children,
            UndoStack undo,
            Consumer<String> progress) {
        parent.observe();
        requireForkable(parent);
        requireTemplate(parent);
        for (int index = 0; index < request.count(); index++) {
            children.add(admit(parent, request, index, undo));
        }
        record("sandbox.forked", parent, actor, forked(children));
        children.forEach(child -> enter(parent, child, actor, undo));
        progress.accept("taking the moment of " + parent.view().name());
        Checkpoint taken = moment(parent, actor);
        CheckpointId moment = taken.id();
        progress.accept(
                parent.view().name() + " stood still for " + taken.pause().toMillis() + " ms");
        undo.push(() -> forget(parent, moment));
        children.forEach(child -> make(parent, moment, child));
        progress.accept("starting " + children.size() + (children.size() == 1 ? " fork" : " forks"));
        return moment;
    }

    private DataSize atFirst(LiveSandbox parent, int count) {
        long one = room.atFirst(parent.view().size().memory()).bytes();
        return DataSize.ofBytes(Math.multiplyExact(one, count));
    }

    /** One that nobody has been in is still at the beginning that it has a checkpoint of, which is given back here. */
    private Checkpoint moment(LiveSandbox parent, Actor actor) {
        return taking.takeInPassing(parent, LABEL, actor);
    }

    /**
     * A task that holds it is a reason to refuse: what the task runs would go on in the children, outside of its scope
     * and off its record.
     */
    private static void requireForkable(LiveSandbox parent) {
        parent.requireFree(Optional.empty());
        switch (parent.state()) {
            case READY, PAUSED, SAVED -> {}
            case BROKEN, STARTING, DELETING -> throw Power.broken(parent);
        }
    }

    private static void requireTemplate(LiveSandbox parent) {
        if (parent.vm().spec().template().isEmpty()) {
            throw HostException.of(HostErrorCode.UNSUPPORTED, "fork of a sandbox that was booted")
                    .value(parent.view().name())
                    .expected("a sandbox that came from a template")
                    .remedy("see 'mulligan template list' and 'mulligan doctor'; create the sandbox anew")
                    .build();
        }
    }

    private LiveSandbox admit(LiveSandbox parent, ForkRequest request, int index, UndoStack undo) {
        Optional<String> name =
                index < request.names().size() ? Optional.of(request.names().get(index)) : Optional.empty();
        LiveSandbox child = roster.admit(
                roster.newId(),
                name,
                (id, chosen) -> new LiveSandbox(context, Heredity.child(parent.view(), id, chosen, request, now())));
        undo.push(() -> deletion.forget(child));
        return child;
    }

    private Instant now() {
        return context.clock().instant();
    }

    private static Map<String, String> forked(List<LiveSandbox> children) {
        return Map.of(
                "count",
                String.valueOf(children.size()),
                "children",
                children.stream().map(child -> child.id().value()).collect(Collectors.joining(", ")));
    }

    private void enter(LiveSandbox parent, LiveSandbox child, Actor actor, UndoStack undo) {
        Map<String, String> details = new HashMap<>(Creation.details(child.view()));
        details.put("forked_from", parent.id().value());
        record("sandbox.created", child, actor, details);
        undo.push(() -> record("sandbox.not_created", child, Actor.HOST, Map.of()));
        context.journal().insert(child.entry());
        undo.push(() -> deletion.undo(child));
        context.workspaces().copy(parent.id(), child.id());
    }

    private void make(LiveSandbox parent, CheckpointId moment, LiveSandbox child) {
        Sandbox view = child.view();
        var _ = parent.vm().fork(moment, child.machine(), Map.of("name", view.name(), "image", view.imageDigest()));
    }

    /** One that does not answer is thrown away, counted, and made anew, once. */
    private void start(LiveSandbox parent, CheckpointId moment, LiveSandbox child) {
        for (int attempt = 1; ; attempt++) {
            try {
                child.turn(() -> {
                    goOn(child);
                    return child;
                });
                return;
            } catch (HostException failed) {
                if (failed.code() != HostErrorCode.GUEST_UNREACHABLE) {
                    throw failed;
                }
                parent.vm().spec().template().ifPresent(templates::discarded);
                if (attempt >= ATTEMPTS) {
                    throw failed;
                }
                LOG.warn("fork {} is thrown away and made anew: {}", child.id(), failed.getMessage());
                child.turn(() -> {
                    context.vms().find(child.machine()).ifPresent(Vm::delete);
                    make(parent, moment, child);
                    return child;
                });
            }
        }
    }

    /** The connection sets clock, entropy and identity before anything else can use the guest. */
    private void goOn(LiveSandbox child) {
        Vm vm = child.vm();
        child.linked(new GuestWait(context.connector())
                .goOn(
                        vm,
                        vm::start,
                        Optional.of(child.identity()),
                        context.config().goOn()));
    }

    /** Until here nobody can use any of them; from here on all are there, also if the host agent is killed. */
    private void complete(List<LiveSandbox> children) {
        inTurns(children, () -> {
            children.forEach(this::requireAlive);
            LiveSandbox.become(children, SandboxState.READY, "", context);
        });
    }

    /** In the turn of each at the same time. One that was deleted meanwhile fails it. */
    private static void inTurns(List<LiveSandbox> children, Runnable work) {
        if (children.isEmpty()) {
            work.run();
            return;
        }
        LiveSandbox first = children.getFirst();
        var _ = first.turn(() -> {
            inTurns(children.subList(1, children.size()), work);
            return first;
        });
    }

    private void requireAlive(LiveSandbox child) {
        Optional<VmState> machine = context.vms().find(child.machine()).map(Vm::state);
        if (child.state() != SandboxState.STARTING || !machine.equals(Optional.of(VmState.RUNNING))) {
            throw HostException.of(HostErrorCode.GUEST_UNREACHABLE, "a fork ended while the others were being started")
                    .value(child.view().name() + " is " + child.state() + ", its machine "
                            + machine.map(VmState::name).orElse("gone"))
                    .expected("a machine that runs")
                    .remedy("fork again")
                    .build();
        }
    }

    /** The children do not need it any more. What was there before the fork stays. */
    private void forget(LiveSandbox parent, CheckpointId moment) {
        try {
            parent.turn(() -> {
                boolean taken = parent.vm().checkpoints().stream()
                        .anyMatch(checkpoint -> checkpoint.id().equals(moment)
                                && checkpoint.label().equals(LABEL));
                if (!taken) {
                    return moment;
                }
                record("checkpoint.deleted", parent, Actor.HOST, Map.of("checkpoint", moment.value(), "why", LABEL));
                parent.vm().deleteCheckpoint(moment);
                return moment;
            });
        } catch (HostException stays) {
            // The parent is gone, or busy with something that takes its time: it is a checkpoint like any other.
            LOG.info("checkpoint {} of {} stays: {}", moment, parent.id(), stays.getMessage());
        }
    }

    private void record(String kind, LiveSandbox sandbox, Actor actor, Map<String, String> details) {
        context.audit()
                .append(AuditEvent.of(kind, actor).withSandbox(sandbox.id()).withDetails(details));
    }
}
