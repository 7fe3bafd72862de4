package dev.mulligan.host;

import dev.mulligan.host.sandbox.VmFailures;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmManagerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host agent in the foreground: starts, serves until it is asked to end (by a signal or by
 * {@code HostService.Shutdown}), and ends in good order.
 */
final class Daemon {
    private static final Logger logger = LoggerFactory.getLogger(Daemon.class);

    private final Map<String, String> environment;
    private final HostDirectories directories;
    private final Path home;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean save;
    /** Who asked first; a signal comes from nobody in particular. */
    private final AtomicReference<Actor> actor = new AtomicReference<>(Actor.HOST);

    Daemon(Map<String, String> environment, HostDirectories directories, Path home) {
        this.environment = environment;
        this.directories = directories;
        this.home = home;
    }

    /** Runs it to its end; returns the process's exit code. */
    int run() {
        try {
            directories.create();
            Logs.toFiles(directories.log());
            HostConfig config =
                    HostConfig.read(directories.config(), Runtime.getRuntime().availableProcessors());
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::signalled));
            serve(config);
            return 0;
        } catch (HostException expected) {
            logger.error("the host agent ends: {}", expected.getMessage());
            System.err.println("mulligan: " + expected.getMessage());
            return 1;
        } catch (RuntimeException | InterruptedException unforeseen) {
            logger.error("the host agent ends", unforeseen);
            System.err.println(
                    "mulligan: the host agent ends: " + unforeseen + "; see its log in " + directories.log());
            return 1;
        } finally {
            ended.countDown();
        }
    }

    private void serve(HostConfig config) throws InterruptedException {
        Wiring.Surroundings surroundings = new Wiring.Surroundings(
                environment,
                home,
                ProcessHandle.current().pid(),
                uid(),
                Clock.systemUTC(),
                Daemon::machines,
                this::request);
        try (Wiring wiring = Wiring.open(config, directories, surroundings)) {
            logger.info("serving {}", wiring.endpoints());
            stop.await();
            logger.info("ending");
            wiring.rest(save, actor.get());
        }
        logger.info("ended");
    }

    private void request(boolean saveSandboxes, Actor by) {
        actor.compareAndSet(Actor.HOST, by);
        save = save || saveSandboxes;
        stop.countDown();
    }

    /** The process is being ended: it waits for this hook. */
    private void signalled() {
        stop.countDown();
        try {
            ended.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static VmManager machines(Path directory, Optional<URI> hypervisor) {
        try {
            VmManagerConfig config = VmManagerConfig.of(directory);
            return VmManager.open(hypervisor.map(config::withUri).orElse(config));
        } catch (VmException failed) {
            throw VmFailures.translate(failed);
        }
    }

    private static int uid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException noProc) {
            throw HostException.of(HostErrorCode.INTERNAL, "the user of this process cannot be found")
                    .cause(noProc)
                    .build();
        }
    }
}
