package dev.mulligan.host.task;

import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxRequest;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task from its turn to its verdict. What comes before a step is journaled or recorded; then the step is done. */
final class TaskRun {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRun.class);

    private final TaskParts parts;
    private final TaskRecord record;
    private final Task task;
    private final StopSignal stop;
    private final Consumer<SandboxId> hold;

    /** @param hold told the sandbox that the task got, so that others wait for it */
    TaskRun(TaskParts parts, TaskRecord record, StopSignal stop, Consumer<SandboxId> hold) {
        this.parts = parts;
        this.record = record;
        this.task = record.task();
        this.stop = stop;
        this.hold = hold;
    }

    /**
     * Runs the task's calls.
     *
     * @param settle told how the task is to end while the sandbox is still held, and how to end its session
     */
    void run(BiConsumer<Verdict, Runnable> settle) {
        Optional<GuestSession> session = Optional.empty();
        try {
            Verdict verdict;
            try {
                if (record.task().state() == TaskState.RUNNING) {
                    ResolvedScope scope = scope();
                    session = Optional.of(new LaterSession(parts.sandboxes(), task));
                    verdict = calls(scope, session.get());
                } else {
                    ResolvedScope scope = begin();
                    session = Optional.of(acquire());
                    verdict = work(scope, session.get());
                }
            } catch (Asking.LeftWaiting left) {
                return;
            } catch (Exception failure) {
                verdict = verdict(failure, session.isPresent());
            }
            Optional<GuestSession> held = session;
            settle.accept(verdict, () -> held.ifPresent(GuestSession::close));
        } finally {
            session.ifPresent(GuestSession::close);
        }
    }

    private Verdict verdict(Exception failure, boolean hadSandbox) {
        Optional<StopSignal.Reason> stopped = stop.reason();
        if (stopped.isPresent()) {
            return Verdict.of(stopped.get());
        }
        return switch (failure) {
            // A sandbox that could not be had is a failure; one that went away is an interruption.
            case HostException known ->
                hadSandbox ? Verdict.of(known) : Verdict.of(TaskState.FAILED, known.getMessage());
            default -> {
                LOG.error("Task {} met what nobody expected", task.id(), failure);
                yield Verdict.of(TaskState.FAILED, "unexpected: " + failure);
            }
        };
    }

    private ResolvedScope begin() throws InterruptedException {
        stop.check();
        parts.journal().started(task.id(), parts.clock().instant());
        tellState();
        ResolvedScope scope = scope();
        parts.audit()
                .append(AuditEvent.of("scope.resolved", task.actor())
                        .withTask(task.id())
                        .withDetails(ScopeFacts.of(task.spec(), scope)));
        return scope;
    }

    private ResolvedScope scope() {
        SandboxSize size = record.lane()
                .map(lane -> parts.sandboxes().get(lane.value()).size())
                .orElse(parts.options().sandboxSize());
        return task.spec().scope().resolve(size.memory(), size.processors());
    }

    private GuestSession acquire() throws Exception {
        SandboxId sandbox = record.lane().isPresent() ? record.lane().get() : create();
        parts.journal().sandbox(task.id(), sandbox);
        hold.accept(sandbox);
        stop.check();
        step("connecting to the sandbox");
        return parts.sandboxes().open(sandbox, Optional.of(task.id()), task.actor());
    }

    private SandboxId create() throws Exception {
        step("starting a sandbox");
        TaskPlace.NewSandbox place = (TaskPlace.NewSandbox) task.spec().place();
        SandboxSize standard = parts.options().sandboxSize();
        SandboxSize size = task.spec()
                .scope()
                .limits()
                .disk()
                .filter(disk -> disk.compareTo(standard.disk()) < 0)
                .map(disk -> new SandboxSize(standard.memory(), standard.processors(), disk))
                .orElse(standard);
        SandboxRequest request = new SandboxRequest(
                Optional.empty(),
                place.image(),
                Optional.of(size),
                Map.of(Settlement.TASK_LABEL, task.id().value()),
                Map.of(),
                parts.options().idle(),
                Optional.of(task.id()));
        Sandbox created = stop.interruptibly(() -> parts.sandboxes().create(request, task.actor(), this::step));
        return created.id();
    }

    private Verdict work(ResolvedScope scope, GuestSession session) throws Exception {
        stop.interruptibly(() -> {
            new TaskFolders(task, scope, parts).show(session);
            return session;
        });
        stop.check();
        step("taking the checkpoint \"before\"");
        Checkpoint before = parts.sandboxes()
                .checkpoint(
                        session.sandbox().id(),
                        CheckpointKind.FULL,
                        Labels.beforeTask(task),
                        Optional.of(task.id()),
                        task.actor());
        parts.journal().before(task.id(), before.id());
        tellState();
        return calls(scope, session);
    }

    /** Those that have no result yet, a task that waited for a person goes on here; and what they wrote to folders. */
    private Verdict calls(ResolvedScope scope, GuestSession session) throws Exception {
        Verdict verdict = run(scope, session);
        boolean kept = task.spec().onFailure() == OnFailure.KEEP && !verdict.disobedient();
        if (verdict.state() == TaskState.SUCCEEDED || kept) {
            stop.interruptibly(() -> {
                new TaskFolders(task, scope, parts).takeOver(session.sandbox().id());
                return verdict;
            });
        }
        return verdict;
    }

    private Verdict run(ResolvedScope scope, GuestSession session) throws Exception {
        CallRun calls = new CallRun(task, scope, session, parts, stop);
        List<ToolCall> all = task.spec().calls();
        for (int i = task.results().size(); i < all.size(); i++) {
            stop.check();
            CallRun.Done done = calls.run(i, all.get(i));
            parts.journal().ended(task.id(), done.result());
            parts.events().append(task.id(), done.result(), done.results());
            if (done.result().outcome() != Outcome.OK && !done.goesOn()) {
                return Verdict.of(done.result(), done.disobedient());
            }
        }
        return Verdict.SUCCEEDED;
    }

    private void tellState() {
        parts.events()
                .append(
                        task.id(),
                        new EventBody.State(
                                parts.journal().find(task.id()).orElseThrow().task()));
    }

    private void step(String message) {
        parts.events().append(task.id(), new EventBody.Step(message));
    }
}
