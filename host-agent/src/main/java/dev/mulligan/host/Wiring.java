package dev.mulligan.host;

import dev.mulligan.host.approval.StoredApprovals;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.HeadSigning;
import dev.mulligan.host.audit.StoredAuditLog;
import dev.mulligan.host.audit.ThreadedAuditLog;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.image.Images;
import dev.mulligan.host.image.StoredImages;
import dev.mulligan.host.sandbox.AttachedFiles;
import dev.mulligan.host.sandbox.BootImages;
import dev.mulligan.host.sandbox.HostCapacity;
import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.sandbox.SandboxesConfig;
import dev.mulligan.host.sandbox.VmSandboxes;
import dev.mulligan.host.scope.file.NamedScopes;
import dev.mulligan.host.scope.file.ScopeForm;
import dev.mulligan.host.service.HostServer;
import dev.mulligan.host.service.Services;
import dev.mulligan.host.service.Tokens;
import dev.mulligan.host.store.SqliteLibrary;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.task.AskedChanges;
import dev.mulligan.host.task.FolderGrants;
import dev.mulligan.host.task.TaskEngine;
import dev.mulligan.host.task.TaskOptions;
import dev.mulligan.host.task.TaskThreads;
import dev.mulligan.host.workspace.change.ChangeLimits;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.pack.FolderPacker;
import dev.mulligan.host.workspace.store.ChangesConfig;
import dev.mulligan.host.workspace.store.StoredChangeSets;
import dev.mulligan.image.ImageStore;
import dev.mulligan.image.ImageStoreConfig;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmManager;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only place that news things up: from configuration to a host agent that serves. What was opened is closed in the
 * opposite order, also when a later step of the start fails.
 */
final class Wiring implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(Wiring.class);
    /** After the tasks are over: for answers that are still on their way. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** How long an entry of the record may wait for the next signed head, if no task ends meanwhile. */
    private static final Duration SIGNED_AFTER = Duration.ofMinutes(1);

    /** What images of folders may take before those that no machine has go. */
    private static final DataSize WORKSPACE_IMAGES = DataSize.ofGibibytes(20);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HostConfig config;
    private final HostDirectories directories;
    private final StoredAuditLog audit;
    private final VmSandboxes sandboxes;
    private final TaskEngine tasks;
    private final HostServer server;

    private Wiring(HostConfig config, HostDirectories directories, Surroundings surroundings) {
        this.config = config;
        this.directories = directories;
        boolean complete = false;
        try {
            Clock clock = surroundings.clock();
            open(HostLock.acquire(directories.lock(), surroundings.pid()));
            SqliteLibrary.unpackIn(directories.run());
            SqliteStore journal = open(SqliteStore.openJournal(directories.state()));
            SqliteStore output = open(SqliteStore.openOutput(directories.state()));
            SqliteStore changed = open(SqliteStore.openChanges(directories.state()));
            audit = open(StoredAuditLog.open(journal, directories.state(), clock));
            open(HeadSigning.start(audit, SIGNED_AFTER));
            AuditLog recorded = new ThreadedAuditLog(audit, new TaskThreads(journal)::of);

            VmManager machines = open(surroundings.machines().open(directories.machines(), config.hypervisor()));
            ImageStore store = ImageStore.open(ImageStoreConfig.of(
                    directories.images(),
                    config.recipes().orElse(surroundings.home().resolve("images/recipes")),
                    config.guestAgent()
                            .orElse(surroundings.home().resolve("guest-agent/target/mulligan-guest-agent.tar")),
                    surroundings.environment()));
            SandboxSize size = new SandboxSize(config.memory(), config.processors(), config.disk());
            IdleTimeouts idle = new IdleTimeouts(config.pauseAfter(), config.saveAfter(), config.deleteAfter());
            sandboxes = open(VmSandboxes.open(
                    machines,
                    BootImages.of(store),
                    open(GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, clock)),
                    recorded,
                    journal,
                    packer(machines, clock),
                    HostCapacity.ofThisMachine(directories.machines()),
                    clock,
                    SandboxesConfig.of(size, config.poolMachines())));
            StoredChangeSets changes = open(StoredChangeSets.open(
                    changed,
                    directories.changes(),
                    recorded,
                    clock,
                    new ChangesConfig(ChangeLimits.DEFAULT, config.undo()),
                    OpenDirectories.ofLinux()));
            Images images = new StoredImages(store, sandboxes, sandboxes.templates(), recorded);

            ThreadFactory threads = Thread.ofVirtual().name("task-", 0).factory();
            StoredApprovals approvals =
                    new StoredApprovals(journal, recorded, clock, new SecureRandom(), new AskedChanges(changes));
            tasks = open(new TaskEngine(
                    journal,
                    output,
                    recorded,
                    approvals,
                    sandboxes,
                    sandboxes.workspaces(),
                    changes,
                    new FolderGrants(directories.state()),
                    images::get,
                    new NamedScopes(directories.scopes(), ScopeForm.ofThisUser()),
                    TaskOptions.of(config.parallelTasks(), size, idle),
                    clock,
                    threads));
            RunningHost host = new RunningHost(
                    surroundings,
                    directories,
                    machines,
                    sandboxes,
                    sandboxes.templates(),
                    tasks,
                    audit.reader(),
                    this::endpoints);
            server = open(new HostServer(new Services(
                    tasks,
                    approvals,
                    changes,
                    sandboxes,
                    sandboxes.templates(),
                    images,
                    recorded,
                    audit.reader(),
                    audit.rotation(directories.movedOut()),
                    host,
                    size,
                    idle)));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** Images of folders stay as long as a machine, or a checkpoint of one, has them. */
    private FolderPacker packer(VmManager machines, Clock clock) {
        return FolderPacker.open(directories.workspaces(), WORKSPACE_IMAGES, new AttachedFiles(() -> machines), clock);
    }

    /** What the process brings along. */
    record Surroundings(
            Map<String, String> environment,
            Path home,
            long pid,
            int uid,
            Clock clock,
            MachinesDoor machines,
            RunningHost.Stop stop) {}

    /** How to get at the machines of a directory; another one in tests. */
    interface MachinesDoor {
        VmManager open(Path directory, java.util.Optional<java.net.URI> hypervisor);
    }

    /**
     * Opens everything, takes up what the host agent before has left, and serves.
     *
     * @throws HostException whatever keeps it from starting; nothing is left open then
     */
    static Wiring open(HostConfig config, HostDirectories directories, Surroundings surroundings) {
        Wiring wiring = new Wiring(config, directories, surroundings);
        boolean served = false;
        try {
            wiring.serve(surroundings);
            served = true;
            return wiring;
        } finally {
            if (!served) {
                wiring.close();
            }
        }
    }

    java.util.List<String> endpoints() {
        return server.endpoints();
    }

    /**
     * Ends in good order: no new work, time for what runs, machines put to rest. {@link #close} does the remainder.
     *
     * @param save leave no machine's process behind
     * @param actor who asked for it
     */
    void rest(boolean save, Actor actor) {
        server.drain();
        audit.append(AuditEvent.of("host.stopping", actor).withDetails(Map.of("sandboxes", save ? "saved" : "paused")));
        try {
            tasks.drain(config.grace());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        tasks.close();
        server.close(LAST_WORDS);
        sandboxes.putToRest(save, actor);
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception failed) {
                logger.warn("something did not close", failed);
            }
        }
    }

    private void serve(Surroundings surroundings) {
        server.listen(directories.socket(), surroundings.uid());
        config.tcp()
                .ifPresent(
                        tcp -> server.listen(tcp.address(), tcp.certificate(), tcp.key(), Tokens.read(tcp.tokens())));
        audit.append(AuditEvent.of("host.started", Actor.HOST)
                .withDetails(Map.of("pid", String.valueOf(surroundings.pid()))));
        // Not before it is certain that it can serve: tasks of a host agent that fails to start must go on waiting.
        tasks.start();
        server.ready();
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }
}
