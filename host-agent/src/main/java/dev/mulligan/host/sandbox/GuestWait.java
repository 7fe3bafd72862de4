package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the guest agent of a machine answers. Gives up when the machine ends, when nothing moves any more (its
 * console's log stands still), or when it has taken too long altogether.
 */
final class GuestWait {
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final GuestConnector connector;

    GuestWait(GuestConnector connector) {
        this.connector = connector;
    }

    GuestLink connect(Vm vm, BootPatience patience) {
        SerialLog log = new SerialLog(vm.serialLog());
        return connect(vm.guestPort(), log, () -> requireRunning(vm, log), patience);
    }

    /** Of a machine of which only the port and the console are known. */
    GuestLink connect(Path port, Path console, BootPatience patience) {
        return connect(port, new SerialLog(console), () -> {}, patience);
    }

    private GuestLink connect(Path port, SerialLog log, Runnable requireRunning, BootPatience patience) {
        long begin = System.nanoTime();
        long lastProgress = begin;
        long size = log.size();
        while (true) {
            requireRunning.run();
            try {
                return connector.connect(port);
            } catch (HostException notYet) {
                if (notYet.code() != HostErrorCode.GUEST_UNREACHABLE) {
                    throw notYet;
                }
                long now = System.nanoTime();
                long grown = log.size();
                if (grown != size) {
                    size = grown;
                    lastProgress = now;
                }
                giveUp(patience, Duration.ofNanos(now - begin), Duration.ofNanos(now - lastProgress), log, notYet);
            }
            pause();
        }
    }

    private static void requireRunning(Vm vm, SerialLog log) {
        VmState state = vm.state();
        if (state != VmState.RUNNING) {
            throw HostException.of(HostErrorCode.GUEST_UNREACHABLE, "the machine ended while it was waited for")
                    .value(state + log.tail())
                    .expected("a guest agent that answers")
                    .remedy("look at the console's log: " + vm.serialLog())
                    .build();
        }
    }

    private static void giveUp(
            BootPatience patience, Duration passed, Duration quiet, SerialLog log, HostException last) {
        boolean hangs = quiet.compareTo(patience.silence()) > 0;
        if (hangs || passed.compareTo(patience.total()) > 0) {
            throw HostException.of(HostErrorCode.GUEST_UNREACHABLE, "the guest agent did not answer")
                    .value((hangs
                                    ? "no progress for " + quiet.toSeconds() + " s"
                                    : "not within " + passed.toSeconds() + " s")
                            + log.tail())
                    .expected("an answer within " + patience.total().toSeconds() + " s")
                    .remedy("see whether this host is overloaded; look at the console's log")
                    .cause(last)
                    .build();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while waiting for the guest agent")
                    .cause(interrupted)
                    .build();
        }
    }
}
