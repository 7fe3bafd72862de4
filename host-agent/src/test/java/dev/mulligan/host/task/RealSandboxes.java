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
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.host.workspace.store.ChangesConfig;
import dev.mulligan.host.workspace.store.StoredChangeSets;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.VmId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A whole host agent but for the hypervisor and its front: real sandboxes, real guest client, simulated machines. */
final class RealSandboxes implements AutoCloseable {
    private static final Actor ACTOR = new Actor("local:0");

    private final Path directory;
    private final Map<String, SimulatedGuestServer> guests = new ConcurrentHashMap<>();
    private SqliteStore journal;
    private SqliteStore output;
    private SqliteStore changed;
    StoredChangeSets changes;
    private GuestConnector connector;
    StoredApprovals approvals;
    StoredAuditLog audit;
    InMemoryVmManager machines;
    VmSandboxes sandboxes;
    TaskEngine engine;
    CrashingStore.Killer killer = new CrashingStore.Killer();
    private volatile boolean released;
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
        journal = SqliteStore.openJournal(directory);
        output = SqliteStore.openOutput(directory);
        changed = SqliteStore.openChanges(directory);
        killer = new CrashingStore.Killer();
        Store mortal = new CrashingStore(journal, killer);
        audit = StoredAuditLog.open(mortal, directory, Clock.systemUTC());
        connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, Clock.systemUTC());
        sandboxes = VmSandboxes.open(
                machines,
                this::image,
                connector,
                audit,
                mortal,
                FolderPacker.open(directory.resolve("workspaces"), DataSize.ofGibibytes(1), Set::of, Clock.systemUTC()),
                HostCapacity.ofThisMachine(directory),
                Clock.systemUTC(),
                SandboxesConfig.of(TaskFixture.OPTIONS.sandboxSize()));
        changes = StoredChangeSets.open(
                new CrashingStore(changed, killer),
                directory.resolve("changes"),
                audit,
                Clock.systemUTC(),
                ChangesConfig.DEFAULT,
                OpenDirectories.ofLinux());
        approvals = new StoredApprovals(mortal, audit, Clock.systemUTC(), new Random(), new AskedChanges(changes));
        engine = new TaskEngine(
                mortal,
                new FullStore(new CrashingStore(output, killer), () -> outputFull.getAsBoolean()),
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
        engine.start();
    }

    private SimulatedGuest guest(VmId id, Path socket) {
        SimulatedGuestServer server = new SimulatedGuestServer(socket, Map.of("bash", this::bash));
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

    /** {@code write PATH TEXT}, {@code echo TEXT}, {@code wait}, {@code hang}, {@code exit CODE}, apart by {@code ;}. */
    private int bash(SimulatedProgram.Run run) throws Exception {
        for (String command : run.arguments().get(2).split(";", -1)) {
            String[] words = command.strip().split(" ", 3);
            switch (words[0]) {
                case "write" -> run.disk().write(words[1], words[2]);
                case "echo" -> run.stdout(command.strip().substring(5) + "\n");
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
        return Objects.requireNonNull(guests.get(sandbox.value())).disk().text(path);
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

    /** The host agent is killed, as far as its databases can tell, and starts again; the machines go on. */
    void killAndRestart() {
        killer.kill();
        closeAll();
        machines = machines.reopen();
        open();
    }

    private void closeAll() {
        engine.close();
        sandboxes.close();
        connector.close();
        try {
            audit.close();
        } catch (CrashingStore.Crash killed) {
            // It signs nothing any more.
        }
        changes.close();
        changed.close();
        output.close();
        journal.close();
    }

    @Override
    public void close() {
        released = true;
        closeAll();
        machines.close();
    }
}
