package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.SettableClock;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.guest.SimulatedGuestServer;
import dev.mulligan.host.guest.SimulatedProgram;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.checkpoint.Retention;
import dev.mulligan.vm.template.PoolLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Sandboxes over machines in memory, whose guests are simulated: everything but the hypervisor is the real thing. */
final class SandboxFixture implements AutoCloseable {
    static final Actor ACTOR = new Actor("local:1000");
    /** Some tests wait for its end, and all others must have booted by then, however busy this machine is. */
    private static final Duration BOOT = Duration.ofSeconds(8);

    final Path directory;
    final Map<String, SimulatedGuestServer> guests = new ConcurrentHashMap<>();
    final Map<String, SimulatedProgram> programs = new ConcurrentHashMap<>();
    final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    final MemoryJournal journal = new MemoryJournal();
    final MemoryWorkspaces workspaces = new MemoryWorkspaces();
    final SettableClock clock = new SettableClock();
    final SettableCapacity capacity = new SettableCapacity();
    final GuestConnector connector;
    final SandboxesConfig config;
    final AtomicInteger silentBoots = new AtomicInteger();
    /** So many boots more come up, and all after them hang. */
    final AtomicInteger lastBoots = new AtomicInteger(Integer.MAX_VALUE);

    final AtomicInteger silentConnections = new AtomicInteger();
    private final List<VmSandboxes> killed = new ArrayList<>();
    /** Hears what goes on record, before it happens. */
    volatile Consumer<AuditEvent> onRecord = event -> {};

    volatile boolean auditWorks = true;
    volatile boolean images = true;
    InMemoryVmManager vms;
    VmSandboxes sandboxes;

    SandboxFixture() {
        this(0);
    }

    /** On a host that can freeze and clone no machines: each boots. */
    static SandboxFixture withoutTemplates() {
        SandboxFixture fixture = new SandboxFixture();
        fixture.vms.forbidTemplates("QEMU is too old");
        return fixture;
    }

    /** @param pool how many machines of a kind may stand ready */
    SandboxFixture(int pool) {
        this(pool, Duration.ofSeconds(15));
    }

    /** @param silence after which a guest in which something runs is given up */
    SandboxFixture(int pool, Duration silence) {
        this(pool, silence, new Retention(5, DataSize.ofGibibytes(100)));
    }

    /** @param retention which checkpoints stay */
    SandboxFixture(int pool, Duration silence, Retention retention) {
        try {
            // Short, for the sockets' sake.
            directory = Files.createTempDirectory(Path.of("/tmp"), "mull");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        GuestTimeouts timeouts = new GuestTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofMillis(100), silence);
        connector = GuestConnector.overUnixSockets(timeouts, clock);
        config = new SandboxesConfig(
                new SandboxSize(DataSize.ofMebibytes(512), 1, DataSize.ofGibibytes(1)),
                new BootPatience(BOOT, BOOT.multipliedBy(4), 2),
                new BootPatience(BOOT, BOOT.multipliedBy(4), 2),
                new BootPatience(BOOT, BOOT.multipliedBy(4), 1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                DataSize.ofGibibytes(1),
                retention,
                Duration.ofDays(1),
                new SandboxesConfig.WarmUpEffort(1, Duration.ofSeconds(10)),
                PoolLimits.of(pool));
        vms = new InMemoryVmManager(directory.resolve("m"), this::guest);
        sandboxes = VmSandboxes.open(context());
    }

    private SandboxContext context() {
        return new SandboxContext(
                vms,
                this::image,
                connector,
                this::append,
                journal,
                workspaces,
                packer(),
                capacity,
                clock,
                clock::nanoTime,
                config);
    }

    private FolderPacker packer() {
        return FolderPacker.open(
                directory.resolve("workspaces"), DataSize.ofGibibytes(1), new AttachedFiles(() -> vms), clock);
    }

    private SimulatedGuest guest(VmId id, Path socket) {
        boolean over = lastBoots.getAndUpdate(left -> Math.max(0, left - 1)) == 0;
        if (over || silentBoots.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            // It lives, but nobody answers at the port.
            return new SimulatedGuestServer(socket.resolveSibling("hung"), programs);
        }
        SimulatedGuestServer server = new SimulatedGuestServer(socket, programs);
        server.beSilent(silentConnections);
        guests.put(id.value(), server);
        return server;
    }

    private BootImage image(String reference) {
        if (!images || !(reference.equals("base") || reference.equals("sha256:" + "ab".repeat(32)))) {
            throw BootImages.unknown(reference);
        }
        return new BootImage(
                "sha256:" + "ab".repeat(32),
                directory.resolve("disk"),
                DiskFormat.QCOW2,
                DataSize.ofMebibytes(512),
                directory.resolve("kernel"),
                directory.resolve("initrd"),
                "root=/dev/vda");
    }

    private long append(AuditEvent event) {
        if (!auditWorks) {
            throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "the record cannot be written")
                    .build();
        }
        audited.add(event);
        onRecord.accept(event);
        return audited.size();
    }

    /** The host agent is killed and starts again; the machines go on. */
    void restart() {
        sandboxes.close();
        vms = vms.reopen();
        sandboxes = VmSandboxes.open(context());
    }

    /** The host agent is killed, with no time to put its pool away, and starts again. */
    void kill() {
        killed.add(sandboxes);
        vms = vms.reopen();
        sandboxes = VmSandboxes.open(context());
    }

    Sandbox create() {
        return sandboxes.create(request(), ACTOR, step -> {});
    }

    static SandboxRequest request() {
        return new SandboxRequest(
                Optional.empty(), "base", Optional.empty(), Map.of(), Map.of(), IdleTimeouts.DEFAULT, Optional.empty());
    }

    static SandboxRequest requestFor(TaskId task) {
        return new SandboxRequest(
                Optional.empty(),
                "base",
                Optional.empty(),
                Map.of(),
                Map.of(),
                IdleTimeouts.DEFAULT,
                Optional.of(task));
    }

    static RollbackRequest machine() {
        return new RollbackRequest(Optional.empty(), List.of(), false, Optional.empty());
    }

    /** Takes no checkpoint of the state before. */
    static RollbackRequest machineDiscarding() {
        return new RollbackRequest(Optional.empty(), List.of(), true, Optional.empty());
    }

    static RollbackRequest machineTo(CheckpointId id) {
        return new RollbackRequest(Optional.of(id), List.of(), false, Optional.empty());
    }

    static RollbackRequest paths(String... paths) {
        return new RollbackRequest(Optional.empty(), List.of(paths), false, Optional.empty());
    }

    /** The guest of a sandbox as it is now. */
    SimulatedGuestServer guest(Sandbox sandbox) {
        SimulatedGuestServer server = guests.get(sandbox.id().value());
        if (server == null) {
            throw new AssertionError("no guest of " + sandbox.id());
        }
        return server;
    }

    void kill(SandboxId id) {
        vms.crash(new VmId(id.value()));
    }

    List<String> kinds() {
        return audited.stream().map(AuditEvent::kind).toList();
    }

    @Override
    public void close() {
        sandboxes.list(Map.of()).forEach(sandbox -> sandboxes.delete(sandbox.id(), true, ACTOR));
        List<?> left = sandboxes.leftovers();
        sandboxes.close();
        killed.forEach(VmSandboxes::close);
        connector.close();
        vms.close();
        if (!left.isEmpty() || !journal.all().isEmpty() || !workspaces.isEmpty()) {
            throw new AssertionError("left over: " + left + journal.all() + workspaces);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Takes output and forgets it. */
    static final class Silent implements Guest.OutputListener {
        @Override
        public void stdout(byte[] data) {}

        @Override
        public void stderr(byte[] data) {}
    }
}
