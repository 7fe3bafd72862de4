package dev.mulligan.guest.system;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.CString;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Kernel;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.linux.SystemCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds every file system on a disk still while the host copies the disk: FIFREEZE of ioctl_fsfreeze, linux/fs.h.
 *
 * <p>While frozen, whoever writes to a disk hangs in the kernel, the guest agent included: it logs nothing, opens
 * nothing for writing, and thaws through descriptors that it opened before. It thaws by itself when time is up or the
 * connection ends, so that a lost host cannot leave a guest frozen.
 */
public final class Freezer {
    private static final int FREEZE = 0xC0045877;
    private static final int THAW = 0xC0045878;

    private final ScheduledExecutorService timer;
    private final Executor executor;
    private final Deque<Descriptor> frozen = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> alarm;

    public Freezer(ScheduledExecutorService timer, Executor executor) {
        this.timer = timer;
        this.executor = executor;
    }

    /** Freezes all or nothing, for {@code time} at most. FAILED_PRECONDITION if frozen already. */
    synchronized void freeze(Duration time) throws IOException {
        if (!frozen.isEmpty()) {
            throw new GuestException(
                    ErrorCode.FAILED_PRECONDITION, "file systems: frozen (expected: not frozen); thaw them first");
        }
        try {
            for (String point : Mounts.writableDisks()) {
                Descriptor directory = open(point);
                try {
                    directory.ioctl(FREEZE & 0xffffffffL, 0);
                } catch (IOException e) {
                    directory.close();
                    throw e;
                }
                frozen.push(directory);
            }
        } catch (IOException e) {
            thaw();
            throw e;
        }
        alarm = timer.schedule(() -> executor.execute(this::thaw), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Thaws; false if nothing was frozen any more. Never fails. */
    public synchronized boolean thaw() {
        boolean wasFrozen = !frozen.isEmpty();
        while (!frozen.isEmpty()) {
            try (Descriptor directory = frozen.pop()) {
                directory.ioctl(THAW & 0xffffffffL, 0);
            } catch (IOException e) {
                // Somebody thawed it before us; that is all this call wants.
            }
        }
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
        return wasFrozen;
    }

    private static Descriptor open(String point) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return new Descriptor((int) Kernel.call(
                    SystemCall.OPENAT,
                    Kernel.AT_FDCWD,
                    CString.of(arena, point.getBytes(StandardCharsets.ISO_8859_1))
                            .address(),
                    Open.READ_ONLY | Open.DIRECTORY | Open.CLOEXEC));
        }
    }
}
