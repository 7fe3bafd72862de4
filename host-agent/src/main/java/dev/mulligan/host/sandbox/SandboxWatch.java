package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.VmEvent;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after sandboxes that nobody asks anything of: machines that die, idle ones, clocks behind after the host slept. */
final class SandboxWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxWatch.class);

    private final Roster roster;
    private final Power power;
    private final IdleKeeper idle;
    private final HostSleep sleep;
    private final ExecutorService observers;
    private final Subscription events;
    private final ScheduledExecutorService timer;

    private SandboxWatch(SandboxContext context, Roster roster, Power power, IdleKeeper idle) {
        this.roster = roster;
        this.power = power;
        this.idle = idle;
        this.sleep = new HostSleep(context.clock(), context.nanoTime());
        this.observers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("sandbox-", 0).factory());
        this.events = context.vms().subscribe(event -> observers.execute(() -> observe(event)));
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("sandbox-idle").factory());
        long check = context.config().idleCheck().toMillis();
        var _ = timer.scheduleWithFixedDelay(this::look, check, check, TimeUnit.MILLISECONDS);
    }

    static SandboxWatch start(SandboxContext context, Roster roster, Power power, IdleKeeper idle) {
        return new SandboxWatch(context, roster, power, idle);
    }

    /** The event is a hint that something happened; what counts is the machine's state when its turn comes. */
    private void observe(VmEvent event) {
        if (event.cause() == VmEvent.Cause.REQUESTED) {
            return;
        }
        roster.all().stream()
                .filter(sandbox -> sandbox.machine().equals(event.id()))
                .forEach(sandbox -> {
                    try {
                        sandbox.turn(sandbox::observe);
                        LOG.info("sandbox {}: its machine is {}, {}", sandbox.id(), event.state(), event.cause());
                    } catch (HostException failed) {
                        LOG.warn("sandbox {} after {}: {}", sandbox.id(), event, failed.getMessage());
                    }
                });
    }

    /** Looks after them now; the timer does so by itself. */
    synchronized void look() {
        try {
            // First: what the host slept through is no idleness to pause a machine for with its clock behind.
            sleep.look().ifPresent(this::setClocks);
            idle.look();
        } catch (RuntimeException bug) {
            // A timer that throws never comes again.
            LOG.error("looking after the sandboxes failed", bug);
        }
    }

    /** Machines that run slept with the host, and their clocks with them; the others hear the time when they go on. */
    private void setClocks(Duration jump) {
        LOG.info("the host's clock jumped by {}: setting the clocks of the sandboxes that run", jump);
        for (LiveSandbox sandbox : roster.all()) {
            observers.execute(() -> {
                try {
                    sandbox.turn(() -> {
                        if (sandbox.state() == SandboxState.READY) {
                            power.resynchronise(sandbox);
                        }
                        return sandbox;
                    });
                } catch (HostException failed) {
                    LOG.warn("clock of sandbox {} after the host slept: {}", sandbox.id(), failed.getMessage());
                }
            });
        }
    }

    /** See {@link VmSandboxes#putToRest}. */
    void putToRest(boolean save, Actor actor) {
        for (LiveSandbox sandbox : roster.all()) {
            try {
                sandbox.turn(() -> {
                    if (sandbox.observe()) {
                        var _ = power.restBroken(sandbox, save, actor);
                    } else {
                        power.pause(sandbox, save, actor);
                    }
                    return sandbox;
                });
            } catch (HostException failed) {
                LOG.warn("sandbox {} goes on running: {}", sandbox.id(), failed.getMessage());
            }
        }
    }

    /** Looks no more; events are still heard. */
    void stop() {
        timer.shutdownNow();
    }

    @Override
    public void close() {
        stop();
        events.close();
        observers.shutdown();
    }
}
