package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.scope.HandedOn;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Ranges;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.task.Tasks.Dispatched;
import dev.mulligan.vm.DataSize;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Hands work on: gives a task the scope that is left of those that it comes from, and a thread's next task the thread's
 * sandbox. What it makes is what the journal keeps.
 */
final class Succession {
    private final TaskParts parts;
    // From looking for a thread's last task until the next one is that.
    private final ReentrantLock turn = new ReentrantLock();

    Succession(TaskParts parts) {
        this.parts = parts;
    }

    /** @param dispatch journals what it is given */
    Dispatched inTurn(TaskSpec asked, Function<TaskSpec, Dispatched> dispatch) {
        turn.lock();
        try {
            return dispatch.apply(handOn(asked));
        } finally {
            turn.unlock();
        }
    }

    private TaskSpec handOn(TaskSpec asked) {
        Lineage lineage = asked.lineage();
        Optional<TaskRecord> previous = lineage.thread().flatMap(parts.journal()::lastOf);
        TaskSpec spec = lineage.thread().isPresent() ? inThread(asked, previous) : asked;
        Lineage found = new Lineage(
                lineage.parent(),
                lineage.thread(),
                previous.map(record -> record.task().id()),
                List.of());
        Optional<ResolvedScope> from =
                found.givers().stream().map(this::handedOnBy).reduce(ResolvedScope::narrow);
        if (from.isEmpty()) {
            return spec.withLineage(found);
        }
        String givers = found.givers().stream().map(id -> "task " + id).collect(Collectors.joining(" and "));
        SandboxSize size = size(spec.place());
        HandedOn handed = spec.scope().handedOn(from.get(), givers, size.memory(), size.processors());
        return spec.withScope(handed.scope())
                .withLineage(new Lineage(found.parent(), found.thread(), found.previous(), handed.withheld()));
    }

    private SandboxSize size(TaskPlace place) {
        return switch (place) {
            case TaskPlace.NewSandbox _ -> parts.options().sandboxSize();
            case TaskPlace.ExistingSandbox existing ->
                parts.sandboxes().get(existing.sandbox()).size();
        };
    }

    /** As it was in the sandbox of that task; if that is gone, in one of the usual size. */
    private ResolvedScope handedOnBy(TaskId id) {
        TaskRecord giver = parts.journal()
                .find(id)
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_TASK, "unknown parent task")
                        .value(id)
                        .expected("the id of a task of this host")
                        .remedy("look at the list of tasks: mulligan task list")
                        .build());
        SandboxSize size = giver.task()
                .sandbox()
                .or(giver::lane)
                .flatMap(this::find)
                .map(Sandbox::size)
                .orElse(parts.options().sandboxSize());
        Scope scope = giver.task().spec().scope();
        Limits limits = scope.limits();
        // What it names fitted in its sandbox, and is what counts.
        DataSize memory = limits.memory().orElse(size.memory());
        int processors = Math.max(
                size.processors(), Math.ceilDiv(limits.cpuMillis().orElse(0), Ranges.CPU_MILLIS_PER_PROCESSOR));
        return scope.resolve(memory, processors).handedOnBy(id);
    }

    private TaskSpec inThread(TaskSpec asked, Optional<TaskRecord> previous) {
        Optional<Sandbox> sandbox = previous.flatMap(this::sandbox).flatMap(this::find);
        if (sandbox.isEmpty()) {
            return asked.withPlace(asked.place(), true);
        }
        SandboxId id = sandbox.get().id();
        if (asked.place() instanceof TaskPlace.ExistingSandbox(String other)
                && !parts.sandboxes().get(other).id().equals(id)) {
            throw HostException.of(HostErrorCode.BAD_TASK, "another sandbox than that of the thread")
                    .value(other)
                    .expected(id + ", the sandbox of the thread "
                            + asked.lineage().thread().orElseThrow())
                    .remedy("leave the sandbox out, or begin another thread")
                    .build();
        }
        return asked.withPlace(new TaskPlace.ExistingSandbox(id.value()), asked.keepSandbox());
    }

    /** Empty: it ended before it had one. */
    private Optional<SandboxId> sandbox(TaskRecord previous) {
        Task task = previous.task();
        Optional<SandboxId> sandbox = task.sandbox().or(previous::lane);
        if (sandbox.isEmpty() && !task.state().ended()) {
            throw HostException.of(HostErrorCode.SANDBOX_BUSY, "the thread has no sandbox yet")
                    .value(task.spec().lineage().thread().orElseThrow())
                    .expected("a sandbox, which task " + task.id() + " is about to get")
                    .remedy("try again when it runs: mulligan task watch " + task.id())
                    .build();
        }
        return sandbox;
    }

    private Optional<Sandbox> find(SandboxId id) {
        try {
            return Optional.of(parts.sandboxes().get(id.value()));
        } catch (HostException gone) {
            if (gone.code() != HostErrorCode.UNKNOWN_SANDBOX) {
                throw gone;
            }
            return Optional.empty();
        }
    }
}
