package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.VmState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a sandbox, or leaves nothing behind. */
final class Creation {
    private static final Logger LOG = LoggerFactory.getLogger(Creation.class);

    private final SandboxContext context;
    private final Room room;
    private final Roster roster;
    private final Deletion deletion;
    private final ImageTemplates templates;
    private final ReadyMachines readyMachines;
    private final StartGate gate;

    Creation(
            SandboxContext context,
            Room room,
            Roster roster,
            Deletion deletion,
            ImageTemplates templates,
            ReadyMachines readyMachines) {
        this.readyMachines = readyMachines;
        this.context = context;
        this.room = room;
        this.roster = roster;
        this.deletion = deletion;
        this.templates = templates;
        this.gate = new StartGate(context.capacity().processors());
    }

    Sandbox create(SandboxRequest request, Actor actor, Consumer<String> progress) {
        RequestCheck check = new RequestCheck(context.capacity());
        check.check(request);
        BootImage image = context.images().find(request.image());
        SandboxSize size = check.size(request.size().orElse(context.config().defaultSize()), image);
        room.requireDisk(size.memory(), "a sandbox and a full checkpoint of it");
        MachineKind kind = new MachineKind(image, size);
        // Before a machine of the pool is taken for nothing.
        roster.requireFree(request.name());
        int attempts = context.config().goOn().attempts();
        for (int attempt = 1; ; attempt++) {
            Optional<Vm> ready = templates.ready(kind);
            Optional<Template> template = ready.isPresent() ? Optional.empty() : templates.template(kind, progress);
            try {
                return create(request, kind, ready, template, actor, progress);
            } catch (HostException failed) {
                Optional<TemplateId> origin =
                        ready.flatMap(vm -> vm.spec().template()).or(() -> template.map(Template::id));
                if (origin.isEmpty() || failed.code() != HostErrorCode.GUEST_UNREACHABLE) {
                    throw failed;
                }
                templates.discarded(origin.get());
                if (attempt >= attempts) {
                    throw failed;
                }
                LOG.warn("a machine that should have been ready is thrown away: {}", failed.getMessage());
                progress.accept("trying another machine: " + failed.getMessage());
            }
        }
    }

    private Sandbox create(
            SandboxRequest request,
            MachineKind kind,
            Optional<Vm> ready,
            Optional<Template> template,
            Actor actor,
            Consumer<String> progress) {
        SandboxId id = ready.map(vm -> new SandboxId(vm.id().value())).orElseGet(roster::newId);
        try (UndoStack undo = givingBack(ready);
                Room.Promise _ = room.promiseMemory(memory(kind, ready, template))) {
            LiveSandbox sandbox = roster.admit(
                    id, request.name(), (same, name) -> new LiveSandbox(context, entry(request, kind, same, name)));
            undo.push(() -> deletion.forget(sandbox));
            record("sandbox.created", sandbox, actor, details(sandbox.view()));
            undo.push(() -> record("sandbox.not_created", sandbox, Actor.HOST, Map.of()));
            context.journal().insert(sandbox.entry());
            undo.push(() -> deletion.undo(sandbox));
            sandbox.turn(() -> {
                make(sandbox, kind, ready, template, undo, progress);
                return sandbox;
            });
            undo.keep();
            return sandbox.view();
        }
    }

    /** From the first moment on: whatever is refused afterwards, nobody else knows of that machine any more. */
    private UndoStack givingBack(Optional<Vm> ready) {
        UndoStack undo = new UndoStack();
        ready.ifPresent(vm -> undo.push(() -> templates.giveBack(vm)));
        return undo;
    }

    private DataSize memory(MachineKind kind, Optional<Vm> ready, Optional<Template> template) {
        DataSize whole = kind.size().memory();
        if (ready.isPresent()) {
            return room.beyond(context.config().pool().memory(), whole);
        }
        return template.isPresent() ? room.atFirst(whole) : whole;
    }

    private SandboxEntry entry(SandboxRequest request, MachineKind kind, SandboxId id, String name) {
        Instant now = context.clock().instant();
        return new SandboxEntry(
                new Sandbox(
                        id,
                        name,
                        request.labels(),
                        request.image(),
                        kind.image().digest(),
                        kind.size(),
                        request.environment(),
                        request.idle(),
                        SandboxState.STARTING,
                        now,
                        now,
                        request.task(),
                        ""),
                now);
    }

    static Map<String, String> details(Sandbox sandbox) {
        return Map.of(
                "name", sandbox.name(),
                "image", sandbox.image(),
                "image_digest", sandbox.imageDigest(),
                "memory", sandbox.size().memory().toString(),
                "processors", String.valueOf(sandbox.size().processors()),
                "disk", sandbox.size().disk().toString());
    }

    private void make(
            LiveSandbox sandbox,
            MachineKind kind,
            Optional<Vm> ready,
            Optional<Template> template,
            UndoStack undo,
            Consumer<String> progress) {
        undo.push(() -> sandbox.unlink(HostErrorCode.CANCELLED, "the sandbox was not completed"));
        if (ready.isPresent()) {
            progress.accept("taking a machine that stands ready");
            Vm vm = ready.get();
            sandbox.linked(readyMachines
                    .take(vm.id(), sandbox.identity(), () -> goOn(vm, () -> {}))
                    .orElseGet(() -> connect(sandbox, vm)));
            sandbox.untouched();
        } else if (template.isPresent()) {
            progress.accept("going on from the template");
            Vm vm = context.vms().define(spec(sandbox, kind), template.get());
            try (StartGate.Place _ = gate.enter(progress)) {
                sandbox.linked(new GuestWait(context.connector())
                        .goOn(
                                vm,
                                still -> goOn(vm, still),
                                Optional.of(sandbox.identity()),
                                context.config().goOn()));
            }
            sandbox.untouched();
        } else {
            progress.accept("making the machine");
            Vm vm = context.vms().define(spec(sandbox, kind));
            progress.accept("booting");
            vm.start();
            progress.accept("waiting for the guest agent");
            sandbox.linked(firstSign(sandbox, vm, progress));
        }
        sandbox.become(SandboxState.READY, "");
    }

    private GuestLink connect(LiveSandbox sandbox, Vm vm) {
        return new GuestWait(context.connector())
                .connect(vm, sandbox.identity(), context.config().goOn());
    }

    /** One that ended while it stood ready is none to work in: its template's moment is gone. */
    private static void goOn(Vm vm, Runnable still) {
        VmState state = vm.state();
        switch (state) {
            case PAUSED -> vm.resume();
            case SAVED -> vm.start(still);
            case RUNNING, STOPPED, CRASHED ->
                throw HostException.of(HostErrorCode.GUEST_UNREACHABLE, "the machine ended while it stood ready")
                        .value(vm.id() + " is " + state)
                        .expected("one that is PAUSED")
                        .remedy("try again: another one is taken")
                        .build();
        }
    }

    private static VmSpec spec(LiveSandbox sandbox, MachineKind kind) {
        Sandbox view = sandbox.view();
        return kind.spec(sandbox.machine(), Map.of("name", view.name(), "image", view.imageDigest()));
    }

    /** A boot that hangs is tried anew: under emulation about one in seven does once. */
    private GuestLink firstSign(LiveSandbox sandbox, Vm vm, Consumer<String> progress) {
        GuestWait wait = new GuestWait(context.connector());
        BootPatience patience = context.config().boot();
        for (int attempt = 1; ; attempt++) {
            try {
                return wait.connect(vm, sandbox.identity(), patience);
            } catch (HostException failed) {
                if (failed.code() != HostErrorCode.GUEST_UNREACHABLE || attempt >= patience.attempts()) {
                    throw failed;
                }
                LOG.warn("machine {} did not come up, attempt {}: {}", vm.id(), attempt, failed.getMessage());
                progress.accept("booting once more: " + failed.getMessage());
                restart(vm);
            }
        }
    }

    private static void restart(Vm vm) {
        try {
            vm.stop();
            vm.start();
        } catch (VmException failed) {
            throw VmFailures.translate(failed);
        }
    }

    private void record(String kind, LiveSandbox sandbox, Actor actor, Map<String, String> details) {
        AuditEvent event = AuditEvent.of(kind, actor).withSandbox(sandbox.id()).withDetails(details);
        context.audit().append(sandbox.view().task().map(event::withTask).orElse(event));
    }
}
