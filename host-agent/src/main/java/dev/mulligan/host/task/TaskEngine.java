package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.StoredApprovals;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxWorkspaces;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.file.NamedScopes;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.tool.Tools;
import dev.mulligan.host.workspace.store.ChangeSets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;

/**
 * The tasks of this host, from the journal to their end. {@link #start} first ends what a killed host agent left
 * running, then runs what waits; {@link #close} interrupts what runs and leaves what waits for the next start.
 */
public final class TaskEngine implements Tasks, AutoCloseable {
    private static final int LARGEST_PAGE = 1000;
    private static final int DEFAULT_PAGE = 100;

    private final TaskParts parts;
    private final ImageCheck images;
    private final NamedScopes scopes;
    private final Succession succession;
    private final Runner runner;

    /**
     * Not started yet.
     *
     * @param journal where tasks are journaled, durably
     * @param scopes those that tasks may extend
     * @param output where their events and output are kept
     * @param threads makes the threads on which tasks run and watchers wait; virtual ones will do
     */
    public TaskEngine(
            Store journal,
            Store output,
            AuditLog audit,
            StoredApprovals approvals,
            Sandboxes sandboxes,
            SandboxWorkspaces workspaces,
            ChangeSets changes,
            FolderGrants grants,
            ImageCheck images,
            NamedScopes scopes,
            TaskOptions options,
            InstantSource clock,
            ThreadFactory threads) {
        this.parts = new TaskParts(
                new TaskJournal(journal),
                new TaskEvents(
                        output,
                        clock,
                        options.keptOutput().bytes(),
                        options.keptOutputInAll().bytes()),
                audit,
                approvals,
                sandboxes,
                workspaces,
                changes,
                grants,
                new Tools(),
                options,
                clock,
                threads);
        this.images = images;
        this.scopes = scopes;
        this.succession = new Succession(parts);
        this.runner = new Runner(parts);
    }

    /** Takes up what the journal holds. To be called once, when the sandboxes have been found again. */
    public void start() {
        parts.approvals().takeUp();
        runner.start();
    }

    @Override
    public Dispatched dispatch(Optional<TaskId> chosen, TaskSpec asked, Actor actor) {
        TaskId id = chosen.orElseGet(() -> new TaskId(UUID.randomUUID().toString()));
        Optional<TaskRecord> first = parts.journal().find(id);
        if (first.isPresent()) {
            return new Dispatched(first.get().task(), true);
        }
        // From here on the scope is whole: what becomes of a named one later is no matter of this task.
        TaskSpec whole = asked.withScope(scopes.whole(asked.scope()));
        return whole.lineage().isEmpty()
                ? accept(id, whole, actor)
                : succession.inTurn(whole, spec -> accept(id, spec, actor));
    }

    private Dispatched accept(TaskId id, TaskSpec spec, Actor actor) {
        Optional<SandboxId> lane = check(spec);
        return runner.enqueue(id, lane, () -> {
            Map<String, String> details = spec.lineage().facts();
            details.put("name", spec.name());
            details.put("calls", Integer.toString(spec.calls().size()));
            AuditEvent event = spec.lineage()
                    .of(AuditEvent.of("task.dispatched", actor).withTask(id))
                    .withDetails(details);
            parts.audit().append(lane.map(event::withSandbox).orElse(event));
            parts.journal().dispatched(id, spec, actor, lane, parts.clock().instant());
        });
    }

    /** What can be known before the task's turn is said at once. */
    private Optional<SandboxId> check(TaskSpec spec) {
        parts.grants().require(spec.scope());
        return switch (spec.place()) {
            case TaskPlace.NewSandbox place -> {
                images.require(place.image());
                var size = parts.options().sandboxSize();
                spec.scope().resolve(size.memory(), size.processors());
                yield Optional.empty();
            }
            case TaskPlace.ExistingSandbox place -> {
                Sandbox sandbox = parts.sandboxes().get(place.sandbox());
                spec.scope().resolve(sandbox.size().memory(), sandbox.size().processors());
                requireDisk(spec.scope(), sandbox);
                yield Optional.of(sandbox.id());
            }
        };
    }

    private static void requireDisk(Scope scope, Sandbox sandbox) {
        scope.limits()
                .disk()
                .filter(disk -> disk.compareTo(sandbox.size().disk()) < 0)
                .ifPresent(disk -> {
                    throw HostException.of(HostErrorCode.BAD_SCOPE, "limit disk")
                            .value(disk)
                            .expected("at least the sandbox's " + sandbox.size().disk())
                            .remedy("run the task in a sandbox of its own, or in one with a smaller disk")
                            .build();
                });
    }

    @Override
    public Task get(TaskId id) {
        return parts.journal()
                .find(id)
                .map(TaskRecord::task)
                .orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_TASK, "unknown task")
                        .value(id)
                        .expected("the id of a task of this host")
                        .remedy("look at the list of tasks")
                        .build());
    }

    @Override
    public Page list(TaskFilter filter, int pageSize, String pageToken) {
        if (pageSize < 0 || pageSize > LARGEST_PAGE) {
            throw invalid("page size", pageSize, "1 to 1000, or 0 for 100");
        }
        int size = pageSize == 0 ? DEFAULT_PAGE : pageSize;
        var found = parts.journal().list(filter, before(pageToken), size + 1);
        boolean more = found.size() > size;
        var page = found.subList(0, Math.min(size, found.size()));
        return new Page(
                page.stream().map(TaskRecord::task).toList(),
                more ? Long.toString(page.getLast().ordinal()) : "");
    }

    private static long before(String pageToken) {
        try {
            return pageToken.isEmpty() ? Long.MAX_VALUE : Long.parseLong(pageToken);
        } catch (NumberFormatException notOurs) {
            throw invalid("page token", pageToken, "the token that the page before gave");
        }
    }

    private static HostException invalid(String what, Object value, String expected) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, what)
                .value(value)
                .expected(expected)
                .build();
    }

    @Override
    public AutoCloseable watch(TaskId id, long fromSequence, TaskListener listener) {
        get(id);
        Thread watcher = parts.threads().newThread(new Watch(parts.events(), () -> get(id), fromSequence, listener));
        watcher.start();
        return watcher::interrupt;
    }

    @Override
    public Task cancel(TaskId id, Actor actor) throws InterruptedException {
        if (!get(id).state().ended()) {
            parts.audit().append(AuditEvent.of("task.cancel_requested", actor).withTask(id));
            runner.cancel(id, actor);
        }
        return get(id);
    }

    /** Begins nothing any more, and gives what runs so long to end by itself; {@link #close} then interrupts it. */
    public void drain(Duration grace) throws InterruptedException {
        runner.drain(grace);
    }

    @Override
    public void close() {
        runner.close();
    }
}
