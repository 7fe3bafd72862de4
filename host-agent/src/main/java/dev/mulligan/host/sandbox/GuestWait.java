package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestConnector.Knock;
import dev.mulligan.host.guest.GuestIdentity;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the guest agent of a machine answers. Gives up when the machine ends, when nothing moves any more (its
 * console's log stands still), or when it has taken too long altogether.
 */
final class GuestWait {
    // So long the connector tries by itself, in fine steps; then it is seen to that the machine still lives.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(GuestWait.class);

    private final GuestConnector connector;

    GuestWait(GuestConnector connector) {
        this.connector = connector;
    }

    /** @param identity who the machine is from now on */
    GuestLink connect(Vm vm, GuestIdentity identity, BootPatience patience) {
        return connect(vm, Optional.of(identity), patience);
    }

    /**
     * Brings a machine to go on from where it stood still, and knocks before it does: the guest answers while the host
     * still tidies up.
     *
     * @param goOn brings it, and calls what it is given just before, unless it boots
     * @param identity who the machine is from now on; empty: who it was
     */
    GuestLink goOn(Vm vm, Consumer<Runnable> goOn, Optional<GuestIdentity> identity, BootPatience patience) {
        List<Knock> knocks = new ArrayList<>();
        boolean goesOn = false;
        try {
            goOn.accept(() -> knocks.add(connector.knock(vm.guestPort())));
            goesOn = true;
        } finally {
            if (!goesOn) {
                knocks.forEach(Knock::close);
            }
        }
        for (Knock knock : knocks) {
            try {
                return connector.connect(knock, identity);
            } catch (HostException notYet) {
                if (notYet.code() != HostErrorCode.GUEST_UNREACHABLE) {
                    throw notYet;
                }
                LOG.info("machine {} goes on, and did not answer the first knock: {}", vm.id(), notYet.getMessage());
            }
        }
        return connect(vm, identity, patience);
    }

    private GuestLink connect(Vm vm, Optional<GuestIdentity> identity, BootPatience patience) {
        SerialLog log = new SerialLog(vm.serialLog());
        return connect(vm.guestPort(), log, () -> requireRunning(vm, log), identity, patience);
    }

    /** Of a machine that is nobody yet, and of which only the port and the console are known. */
    GuestLink connect(Path port, Path console, BootPatience patience) {
        return connect(port, new SerialLog(console), () -> {}, Optional.empty(), patience);
    }

    private GuestLink connect(
            Path port,
            SerialLog log,
            Runnable requireRunning,
            Optional<GuestIdentity> identity,
            BootPatience patience) {
        long begin = System.nanoTime();
        long lastProgress = begin;
        long size = log.size();
        while (true) {
            requireRunning.run();
            try {
                return connector.connect(port, LOOK_AGAIN, identity);
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
}
