package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.guest.v1.GetHealthRequest;
import dev.mulligan.proto.guest.v1.GetHealthResponse;
import dev.mulligan.proto.guest.v1.SystemServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a guest in which something runs for as long as it likes: asks for its health now and then, and gives it
 * up after a time without any sign of life. What runs alone, or stands still on request, is not looked after. While the
 * host itself stands still (it is suspended, stopped, or has no processor to spare) it hears of nobody: such time does not
 * count.
 *
 * <p>Safe for use by several threads.
 */
final class VitalSigns implements AutoCloseable {
    private final SystemServiceGrpc.SystemServiceStub system;
    private final GuestTimeouts timeouts;

    private int running;
    private boolean still;
    private boolean asking;
    private long lastSign = System.nanoTime();
    private long lastLook = lastSign;
    private @Nullable ScheduledFuture<?> timer;

    VitalSigns(Channel channel, GuestTimeouts timeouts) {
        this.system = SystemServiceGrpc.newStub(channel);
        this.timeouts = timeouts;
    }

    /** Starts to look; {@code giveUp} is called when there was no sign of life for too long. */
    synchronized void start(ScheduledExecutorService scheduler, Consumer<HostException> giveUp) {
        long interval = timeouts.healthInterval().toMillis();
        lastLook = System.nanoTime();
        timer = scheduler.scheduleWithFixedDelay(() -> look(giveUp), interval, interval, TimeUnit.MILLISECONDS);
    }

    /** Something runs from now on. */
    synchronized void begin() {
        if (running++ == 0) {
            lastSign = System.nanoTime();
        }
    }

    /** It runs no more. */
    synchronized void end() {
        running--;
    }

    /** Anything at all came from the guest. */
    synchronized void sign() {
        lastSign = System.nanoTime();
    }

    /** The machine stands still on request, or goes on. */
    synchronized void expectStillness(boolean expected) {
        still = expected;
        lastSign = System.nanoTime();
    }

    private void look(Consumer<HostException> giveUp) {
        Duration quiet;
        synchronized (this) {
            long now = System.nanoTime();
            // No further than now, or a guest could be silent for as long as the host was.
            long stoodStill = now - lastLook - 2 * timeouts.healthInterval().toNanos();
            lastSign += Math.clamp(stoodStill, 0, Math.max(0, now - lastSign));
            lastLook = now;
            if (running == 0 || still) {
                lastSign = now;
                return;
            }
            quiet = Duration.ofNanos(now - lastSign);
            if (quiet.compareTo(timeouts.silence()) <= 0) {
                if (asking) {
                    return;
                }
                asking = true;
            }
        }
        if (quiet.compareTo(timeouts.silence()) > 0) {
            giveUp.accept(HostException.of(HostErrorCode.GUEST_UNREACHABLE, "no sign of life from the guest")
                    .value("for " + quiet.toMillis() + " ms")
                    .expected("one within " + timeouts.silence().toMillis() + " ms while something runs")
                    .remedy("roll the sandbox back, or delete it")
                    .build());
            return;
        }
        system.withDeadlineAfter(timeouts.silence().toMillis(), TimeUnit.MILLISECONDS)
                .getHealth(GetHealthRequest.getDefaultInstance(), new Answer());
    }

    @Override
    public synchronized void close() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private final class Answer implements StreamObserver<GetHealthResponse> {
        @Override
        public void onNext(@Nullable GetHealthResponse response) {
            sign();
        }

        @Override
        public void onError(Throwable problem) {
            done();
        }

        @Override
        public void onCompleted() {
            done();
        }

        private void done() {
            synchronized (VitalSigns.this) {
                asking = false;
            }
        }
    }
}
