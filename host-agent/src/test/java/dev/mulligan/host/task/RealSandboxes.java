package dev.mulligan.host.task;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.StoredApprovals;
import dev.mulligan.host.audit.StoredAuditLog;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.guest.SimulatedGuestServer;
import dev.mulligan.host.guest.SimulatedProgram;
import dev.mulligan.host.guest.SimulatedWorkspaces;
import dev.mulligan.host.sandbox.BootImage;
import dev.mulligan.host.sandbox.BootImages;
import dev.mulligan.host.sandbox.HostCapacity;
import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.sandbox.SandboxRequest;
import dev.mulligan.host.sandbox.SandboxesConfig;
import dev.mulligan.host.sandbox.VmSandboxes;
import dev.mulligan.host.scope.file.NamedScopes;
import dev.mulligan.host.scope.file.ScopeForm;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.folder.SteppedDirectory;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.host.workspace.store.ChangesConfig;
import dev.mulligan.host.workspace.store.StoredChangeSets;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.VmId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A whole host agent but for the hypervisor and its front: real sandboxes, real guest client, simulated machines. */
final class RealSandboxes implements AutoCloseable {
    private static final Actor ACTOR = new Actor("local:0");

    private final Path directory;
    private final Map<String, SimulatedGuestServer> guests = new ConcurrentHashMap<>();
    /** What is to be closed, the last first. */
    private final Deque<Runnable> opened = new ArrayDeque<>();

    StoredChangeSets changes;
    StoredApprovals approvals;
    Store changed;
    StoredAuditLog audit;
    InMemoryVmManager machines;
    VmSandboxes sandboxes;
    TaskEngine engine;
    CrashingStore.Killer killer = new CrashingStore.Killer();
    private volatile boolean released;
    /** {@code gate} waits for it. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    volatile BooleanSupplier outputFull = () -> false;

    RealSandboxes(Path directory) {
        this.directory = directory;
        MigratedState.into(directory);
        machines = new InMemoryVmManager(directory.resolve("m"), this::guest);
        // A template is warmed up for half a minute: that is for tests of their own.
        machines.forbidTemplates("QEMU is too old");
        open();
    }

    private void open() {
        Store journal = mortal(SqliteStore.openJournal(directory));
        Store output = mortal(SqliteStore.openOutput(directory));
        changed = mortal(SqliteStore.openChanges(directory));
        audit = StoredAuditLog.open(journal, directory, Clock.systemUTC());
        opened.push(audit::close);
        GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, Clock.systemUTC());
        opened.push(connector::close);
        sandboxes = VmSandboxes.open(
                machines,
                this::image,
                connector,
                audit,
                journal,
                FolderPacker.open(directory.resolve("workspaces"), DataSize.ofGibibytes(1), Set::of, Clock.systemUTC()),
                HostCapacity.ofThisMachine(directory),
                Clock.systemUTC(),
                SandboxesConfig.of(TaskFixture.OPTIONS.sandboxSize()));
        opened.push(sandboxes::close);
        changes = StoredChangeSets.open(
                changed,
                directory.resolve("changes"),
                audit,
                Clock.systemUTC(),
                ChangesConfig.DEFAULT,
                SteppedDirectory.killedBy(killer));
        opened.push(changes::close);
        approvals = new StoredApprovals(journal, audit, Clock.systemUTC(), new Random(), new AskedChanges(changes));
        engine = new TaskEngine(
                journal,
                new FullStore(output, () -> outputFull.getAsBoolean()),
                audit,
                approvals,
                sandboxes,
                sandboxes.workspaces(),
                changes,
                new FolderGrants(directory),
                image -> {},
                new NamedScopes(directory.resolve("scopes"), ScopeForm.ofThisUser()),
                TaskFixture.OPTIONS,
                Clock.systemUTC(),
                Thread.ofVirtual()
                        .uncaughtExceptionHandler((thread, crash) -> {})
                        .factory());
        opened.push(engine::close);
        engine.start();
    }

    private Store mortal(SqliteStore store) {
        opened.push(store::close);
        return new CrashingStore(store, killer);
    }

    private SimulatedGuest guest(VmId id, Path socket) {
        SimulatedGuestServer server = new SimulatedGuestServer(socket, Map.of("bash", run -> bash(id, run)));
        guests.put(id.value(), server);
        return server;
    }

    private BootImage image(String reference) {
        if (!reference.equals("base")) {
            throw BootImages.unknown(reference);
        }
        return new BootImage(
                "sha256:" + "ab".repeat(32),
                directory.resolve("disk"),
                DiskFormat.QCOW2,
                DataSize.ofMebibytes(512),
                directory.resolve("kernel"),
                directory.resolve("initrd"),
                "");
    }

    /**
     * {@code write PATH TEXT}, {@code echo TEXT}, {@code wait}, {@code gate}, {@code hang}, {@code exit CODE}, apart by {@code ;}; and in
     * workspaces {@code edit PATH TEXT}, {@code remove PATH}, {@code mounts}.
     */
    private int bash(VmId id, SimulatedProgram.Run run) throws Exception {
        SimulatedWorkspaces workspaces = guest(id).workspaces();
        for (String command : run.arguments().get(2).split(";", -1)) {
            String[] words = command.strip().split(" ", 3);
            switch (words[0]) {
                case "write" -> run.disk().write(words[1], words[2]);
                case "edit" -> {
                    if (!workspaces.edit(words[1], Optional.of(words[2]))) {
                        return 1;
                    }
                }
                case "remove" -> {
                    if (!workspaces.edit(words[1], Optional.empty())) {
                        return 1;
                    }
                }
                case "mounts" -> run.stdout(String.join("", workspaces.mounts().values()));
                case "echo" -> run.stdout(command.strip().substring(5) + "\n");
                case "gate" -> gate.await();
                case "wait" -> Thread.sleep(Duration.ofMinutes(5));
                case "hang" -> {
                    while (!released) {
                        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                        boolean _ = Thread.interrupted(); // It was told to end, and does not.
                    }
                }
                case "exit" -> {
                    return Integer.parseInt(words[1]);
                }
                default -> {
                    return 127;
                }
            }
        }
        return 0;
    }

    SandboxId create() {
        return sandboxes
                .create(
                        new SandboxRequest(
                                Optional.of("work"),
                                "base",
                                Optional.empty(),
                                Map.of(),
                                Map.of(),
                                IdleTimeouts.DEFAULT,
                                Optional.empty()),
                        ACTOR,
                        step -> {})
                .id();
    }

    Optional<String> file(SandboxId sandbox, String path) {
        return guest(new VmId(sandbox.value())).disk().text(path);
    }

    SimulatedGuestServer guest(VmId id) {
        return Objects.requireNonNull(guests.get(id.value()));
    }

    /** What its calls printed. */
    String output(TaskId id) {
        StringBuilder text = new StringBuilder();
        CountDownLatch ended = new CountDownLatch(1);
        engine.watch(id, 0, new Tasks.TaskListener() {
            @Override
            public void event(TaskEvent event) {
                if (event instanceof TaskEvent.Output printed) {
                    text.append(new String(printed.data(), StandardCharsets.UTF_8));
                }
            }

            @Override
            public void ended() {
                ended.countDown();
            }
        });
        TaskFixture.until(() -> ended.getCount() == 0);
        return text.toString();
    }

    Task run(TaskSpec spec) {
        return await(dispatch(spec));
    }

    TaskId dispatch(TaskSpec spec) {
        return engine.dispatch(Optional.empty(), spec, ACTOR).task().id();
    }

    Task await(TaskId id) {
        TaskFixture.until(() -> engine.get(id).state().ended());
        return engine.get(id);
    }

    /** The host agent is killed, as far as its databases and folders can tell, and starts again; the machines go on. */
    void killAndRestart() {
        killAndRestart(new CrashingStore.Killer());
    }

    /** The same; {@code CrashingStore.Crash} if the next one is killed, too, before it has started. */
    void killAndRestart(CrashingStore.Killer next) {
        killer.kill();
        closeAll();
        machines = machines.reopen();
        killer = next;
        open();
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().run();
            } catch (CrashingStore.Crash killed) {
                // It does nothing any more.
            }
        }
    }

    @Override
    public void close() {
        released = true;
        closeAll();
        machines.close();
    }
}
