package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.StoredApprovals;
import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.audit.StoredAuditLog;
import dev.mulligan.host.audit.ThreadedAuditLog;
import dev.mulligan.host.sandbox.FakeMachine;
import dev.mulligan.host.sandbox.FakeSandboxes;
import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.sandbox.NoWorkspaces;
import dev.mulligan.host.scope.file.NamedScopes;
import dev.mulligan.host.scope.file.ScopeForm;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.store.ChangesConfig;
import dev.mulligan.host.workspace.store.StoredChangeSets;
import dev.mulligan.vm.DataSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A host agent's tasks over fake machines, with a real journal. The machines outlive a {@link #restart}. */
final class TaskFixture implements AutoCloseable {
    static final Actor ACTOR = new Actor("local:0");
    static final String SANDBOX = "sb-0000000001";
    static final TaskOptions OPTIONS = new TaskOptions(
            2,
            1000,
            FakeSandboxes.SIZE,
            IdleTimeouts.DEFAULT,
            DataSize.ofBytes(200_000),
            DataSize.ofMebibytes(1),
            Duration.ofMillis(300),
            Duration.ofMillis(50),
            Duration.ofSeconds(10));

    final Map<SandboxId, FakeMachine> machines = new ConcurrentHashMap<>();
    private final Path directory;
    private final TaskOptions options;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private UnaryOperator<Store> wrap = UnaryOperator.identity();
    private UnaryOperator<AuditLog> wrapAudit = UnaryOperator.identity();
    private Consumer<String> acted = act -> {};
    private SqliteStore journal;
    private SqliteStore output;
    private SqliteStore changed;
    private StoredChangeSets changes;
    private volatile boolean outputFull;
    StoredAuditLog audit;
    FakeSandboxes sandboxes;
    StoredApprovals approvals;
    TaskEngine engine;

    TaskFixture(Path directory) {
        this(directory, OPTIONS);
    }

    TaskFixture(Path directory, TaskOptions options) {
        this.directory = directory;
        this.options = options;
        MigratedState.into(directory);
        this.journal = SqliteStore.openJournal(directory);
        this.output = SqliteStore.openOutput(directory);
        this.changed = SqliteStore.openChanges(directory);
        this.audit = StoredAuditLog.open(journal, directory, InstantSource.system());
        this.sandboxes = new FakeSandboxes(machines, recorded(), acted);
        this.changes = changes();
        this.approvals = approvals();
        this.engine = engine();
        FakeSandboxes.machine(machines, SANDBOX, Map.of());
    }

    private StoredApprovals approvals() {
        return new StoredApprovals(
                wrap.apply(journal), recorded(), InstantSource.system(), new Random(), new AskedChanges(changes));
    }

    private StoredChangeSets changes() {
        return StoredChangeSets.open(
                wrap.apply(changed),
                directory.resolve("changes"),
                recorded(),
                Clock.systemUTC(),
                ChangesConfig.DEFAULT,
                OpenDirectories.ofLinux());
    }

    private TaskEngine engine() {
        return new TaskEngine(
                wrap.apply(journal),
                wrap.apply(new FullStore(output, () -> outputFull)),
                recorded(),
                approvals,
                sandboxes,
                new NoWorkspaces(),
                changes,
                new FolderGrants(directory),
                TaskFixture::requireImage,
                new NamedScopes(directory.resolve("scopes"), ScopeForm.ofThisUser()),
                options,
                InstantSource.system(),
                this::thread);
    }

    private AuditLog recorded() {
        return wrapAudit.apply(new ThreadedAuditLog(audit, new TaskThreads(journal)::of));
    }

    private static void requireImage(String image) {
        if (!image.equals("base")) {
            throw HostException.of(HostErrorCode.UNKNOWN_IMAGE, "unknown image")
                    .value(image)
                    .build();
        }
    }

    private Thread thread(Runnable work) {
        Thread thread = Thread.ofVirtual()
                .uncaughtExceptionHandler((crashed, error) -> assertThat(error).isInstanceOf(CrashingStore.Crash.class))
                .unstarted(work);
        threads.add(thread);
        return thread;
    }

    /** What the next engine sees instead of the real thing. */
    void rig(UnaryOperator<Store> stores, UnaryOperator<AuditLog> records, Consumer<String> acts) {
        wrap = stores;
        wrapAudit = records;
        acted = acts;
    }

    /** No event is kept while there is no space for it. */
    void outputFull(boolean full) {
        outputFull = full;
    }

    /** A new engine on the same stores, without a restart: for one that is rigged. */
    TaskFixture renew() {
        closeRecord();
        audit = StoredAuditLog.open(wrap.apply(journal), directory, InstantSource.system());
        sandboxes = new FakeSandboxes(machines, recorded(), acted);
        changes = changes();
        approvals = approvals();
        engine = engine();
        return this;
    }

    /** What was killed stays where it was; a new host agent, not rigged, finds it. Not started yet. */
    void restart() {
        threads.forEach(TaskFixture::join);
        closeRecord();
        changes.close();
        changed.close();
        output.close();
        journal.close();
        rig(UnaryOperator.identity(), UnaryOperator.identity(), act -> {});
        journal = SqliteStore.openJournal(directory);
        output = SqliteStore.openOutput(directory);
        changed = SqliteStore.openChanges(directory);
        audit = StoredAuditLog.open(journal, directory, InstantSource.system());
        sandboxes = new FakeSandboxes(machines, recorded(), acted);
        changes = changes();
        approvals = approvals();
        engine = engine();
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.getState() == Thread.State.NEW || thread.join(Duration.ofSeconds(60)))
                    .isTrue();
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    TaskFixture start() {
        engine.start();
        return this;
    }

    FakeMachine machine() {
        return machine(new SandboxId(SANDBOX));
    }

    FakeMachine machine(SandboxId id) {
        return Objects.requireNonNull(machines.get(id));
    }

    /** Nobody announces it: look until it is so. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not so after 60 s").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    TaskId dispatch(TaskSpec spec) {
        return engine.dispatch(Optional.empty(), spec, ACTOR).task().id();
    }

    Task run(TaskSpec spec) {
        return await(dispatch(spec));
    }

    Task await(TaskId id) {
        until(() -> engine.get(id).state().ended());
        return engine.get(id);
    }

    void awaitState(TaskId id, TaskState state) {
        until(() -> engine.get(id).state() == state);
    }

    /** All of a task's events, once it has ended. */
    List<TaskEvent> events(TaskId id, long from) {
        List<TaskEvent> events = new CopyOnWriteArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        engine.watch(id, from, new Tasks.TaskListener() {
            @Override
            public void event(TaskEvent event) {
                events.add(event);
            }

            @Override
            public void ended() {
                ended.countDown();
            }
        });
        try {
            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
        return List.copyOf(events);
    }

    String output(TaskId id) {
        StringBuilder text = new StringBuilder();
        for (TaskEvent event : events(id, 0)) {
            if (event instanceof TaskEvent.Output printed) {
                text.append(new String(printed.data(), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    List<AuditEntry> record() {
        List<AuditEntry> entries = new ArrayList<>();
        audit.reader().query(AuditQuery.ALL, entries::add);
        return entries;
    }

    List<String> kinds() {
        return record().stream().map(entry -> entry.event().kind()).toList();
    }

    @Override
    public void close() {
        engine.close();
        threads.forEach(Thread::interrupt);
        threads.forEach(TaskFixture::join);
        closeRecord();
        changes.close();
        changed.close();
        output.close();
        journal.close();
    }

    /** A killed one signs nothing any more. */
    private void closeRecord() {
        try {
            audit.close();
        } catch (CrashingStore.Crash killed) {
            // As it was meant.
        }
    }
}
