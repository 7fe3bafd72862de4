package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects to guest agents. The preamble sets clock and randomness; only after its echo, and where the machine becomes
 * somebody else after that, may anybody else speak to the guest. Safe for use by several threads; one for all guests.
 */
public final class GuestConnector implements AutoCloseable {
    private static final BackOff BACK_OFF = new BackOff(Duration.ofMillis(2), Duration.ofMillis(200));

    private final GuestTimeouts timeouts;
    private final Clock clock;
    private final SecureRandom random;
    private final ExecutorService executor;
    private final ScheduledExecutorService scheduler;
    private final GuestChannel channels;

    private GuestConnector(GuestTimeouts timeouts, Clock clock) {
        this.timeouts = timeouts;
        this.clock = clock;
        this.random = new SecureRandom();
        // Virtual: output listeners may block, and there is one for each program that runs.
        this.executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("guest-", 0).factory());
        this.scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("guest-time").factory());
        this.channels = new UnixGuestChannel(executor, random, clock, timeouts.handshake());
    }

    /** Over the unix sockets that stand before the machines' virtio-serial ports. */
    public static GuestConnector overUnixSockets(GuestTimeouts timeouts, Clock clock) {
        return new GuestConnector(timeouts, clock);
    }

    /**
     * Connects, once. A guest that still boots is no special case: the call fails, and can be made again.
     *
     * @param port the machine's end of the port
     * @throws HostException {@code GUEST_UNREACHABLE} if the guest agent does not answer in time
     */
    public GuestLink connect(Path port) {
        return connect(port, Optional.empty());
    }

    /**
     * Connects to a machine that has just been started, resumed or cloned and may not answer yet: tries again after
     * milliseconds first, and ever more slowly.
     *
     * @param patience with an attempt that fails; one that is under way then still has its own time
     * @param identity who the machine is from now on, for a clone; empty: who it was
     * @throws HostException {@code GUEST_UNREACHABLE} if the guest agent does not answer in time
     */
    public GuestLink connect(Path port, Duration patience, Optional<GuestIdentity> identity) {
        long begin = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return connect(port, identity);
            } catch (HostException notYet) {
                Duration pause = BACK_OFF.after(attempt);
                if (notYet.code() != HostErrorCode.GUEST_UNREACHABLE
                        || System.nanoTime() - begin + pause.toNanos() > patience.toNanos()) {
                    throw notYet;
                }
                pause(pause);
            }
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw interrupted(interrupted);
        }
    }

    private static HostException interrupted(InterruptedException cause) {
        return HostException.of(HostErrorCode.CANCELLED, "interrupted while connecting to the guest")
                .cause(cause)
                .build();
    }

    /**
     * Begins to connect to a machine that stands still, so that it hears of the host with its first instructions. To be
     * {@linkplain #connect(Knock, Optional) ended} or closed.
     *
     * @param port the machine's end of the port
     */
    public Knock knock(Path port) {
        return new Knock(channels.open(port));
    }

    /** A connection that has begun, and that the guest has not answered. */
    public static final class Knock implements AutoCloseable {
        private final GuestChannel.Opening opening;

        private Knock(GuestChannel.Opening opening) {
            this.opening = opening;
        }

        @Override
        public void close() {
            opening.channel().shutdownNow();
        }
    }

    /**
     * Connects, once.
     *
     * @param identity who the machine is from now on, for a clone; empty: who it was
     * @throws HostException {@code GUEST_UNREACHABLE} if the guest agent does not answer in time; the knock is closed then
     */
    public GuestLink connect(Knock knock, Optional<GuestIdentity> identity) {
        return connect(knock.opening, identity);
    }

    private GuestLink connect(Path port, Optional<GuestIdentity> identity) {
        return connect(channels.open(port), identity);
    }

    private GuestLink connect(GuestChannel.Opening opening, Optional<GuestIdentity> identity) {
        boolean connected = false;
        try {
            FirstAnswer answer = await(opening.answer());
            GuestLink link = link(opening.channel());
            if (identity.isPresent()) {
                link.resynchronise(identity.get());
            } else if (answer == FirstAnswer.TO_RESYNCHRONISE) {
                link.resynchronise();
            }
            connected = true;
            return link;
        } finally {
            if (!connected) {
                opening.channel().shutdownNow();
            }
        }
    }

    private GuestLink link(ManagedChannel channel) {
        Fate fate = new Fate();
        VitalSigns signs = new VitalSigns(channel, timeouts);
        GuestCalls calls = new GuestCalls(timeouts, new GuestErrors(fate), new OpenStreams(signs, fate));
        GrpcGuest guest = new GrpcGuest(channel, calls, timeouts, scheduler);
        return new GuestLink(channel, guest, calls, signs, fate, scheduler, new Resynchronisation(clock, random));
    }

    private FirstAnswer await(CompletableFuture<FirstAnswer> answer) {
        // It has a deadline of its own once there is a socket; there may never be one.
        Duration longest = timeouts.handshake().multipliedBy(2);
        try {
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw interrupted(interrupted);
        } catch (TimeoutException none) {
            throw unreachable("no connection within " + longest.toMillis() + " ms", none);
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
            throw unreachable(String.valueOf(cause.getMessage()), cause);
        }
    }

    private static HostException unreachable(String why, Throwable cause) {
        return HostException.of(
                        HostErrorCode.GUEST_UNREACHABLE, "connection to the guest: the guest agent does not answer")
                .value(why)
                .remedy("try again; if it stays so, roll the sandbox back")
                .cause(cause)
                .build();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        // Not close(): a listener that blocks must not hold up the end.
        executor.shutdownNow();
        channels.close();
    }
}
