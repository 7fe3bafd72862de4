package dev.mulligan.guest;

import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.files.FileService;
import dev.mulligan.guest.process.ProcessService;
import dev.mulligan.guest.process.ProcessTrees;
import dev.mulligan.guest.session.SessionService;
import dev.mulligan.guest.system.Capabilities;
import dev.mulligan.guest.system.Freezer;
import dev.mulligan.guest.system.Resynchroniser;
import dev.mulligan.guest.system.SystemService;
import dev.mulligan.guest.transport.GuestServer;
import dev.mulligan.guest.transport.Port;
import dev.mulligan.guest.workspace.WorkspaceService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A running guest agent: everything is made here, once, and handed to whoever needs it.
 *
 * <p>Its threads are platform threads throughout: they block in system calls that Java does not know, and some act as
 * another user, which the kernel remembers per thread.
 */
public final class GuestAgent implements AutoCloseable {
    private static final int THREADS_KEPT = 8;

    private final ExecutorService executor;
    private final ScheduledExecutorService timer;
    private final GuestServer server;
    private final Freezer freezer;
    private final SessionService sessions;

    private GuestAgent(
            ExecutorService executor,
            ScheduledExecutorService timer,
            GuestServer server,
            Freezer freezer,
            SessionService sessions) {
        this.executor = executor;
        this.timer = timer;
        this.server = server;
        this.freezer = freezer;
        this.sessions = sessions;
    }

    /** Serves the host that comes over {@code port}, and whoever comes after it. */
    public static GuestAgent start(Port port) throws IOException {
        // Those that stay need no timer to end them: a guest that does nothing must do nothing.
        ExecutorService executor = new ThreadPoolExecutor(
                THREADS_KEPT,
                Integer.MAX_VALUE,
                1,
                TimeUnit.MINUTES,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("guest-", 1).factory());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("guest-timer").factory());
        Accounts accounts = new Accounts(Path.of("/etc"));
        ProcessTrees trees = ProcessTrees.find();
        Freezer freezer = new Freezer(timer, executor);
        SessionService sessions = new SessionService(accounts, trees, executor, timer);
        Resynchroniser resynchroniser = new Resynchroniser(executor, List.of(sessions::onResynchronised));
        WorkspaceService workspaces = new WorkspaceService(executor);
        GuestServer server = GuestServer.start(
                port,
                resynchroniser::resynchronise,
                executor,
                List.of(
                        new SystemService(new Capabilities(trees.useCgroups()), freezer, resynchroniser),
                        new ProcessService(accounts, trees, executor, timer),
                        sessions,
                        new FileService(accounts, executor, workspaces.pastViews()),
                        workspaces),
                () -> executor.execute(freezer::thaw));
        return new GuestAgent(executor, timer, server, freezer, sessions);
    }

    /** Blocks until it is closed. */
    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    /** Ends every call, and with it every program; and all sessions. */
    @Override
    public void close() {
        freezer.thaw();
        server.close();
        sessions.close();
        timer.shutdownNow();
        executor.shutdown();
    }
}
