package dev.mulligan.host.task;

import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.MimeBundle;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.tool.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets a tool run and holds it to its limits from outside: time, output, and a stop of the task. Whatever the guest
 * does, {@link #run} returns not later than the time limit and the time to obey.
 */
final class Supervisor {
    private final StopSignal stop;
    private final Duration obedience;
    private final ThreadFactory threads;
    private final AtomicReference<@Nullable Outcome> stopped = new AtomicReference<>();
    private final FutureTask<ToolResult> work;
    private volatile Optional<Thread> worker = Optional.empty();

    Supervisor(Callable<ToolResult> tool, StopSignal stop, Duration obedience, ThreadFactory threads) {
        this.work = new FutureTask<>(tool);
        this.stop = stop;
        this.obedience = obedience;
        this.threads = threads;
    }

    /** How a call ended, and whether the guest let it end. */
    record Ending(Outcome outcome, int exitCode, String message, List<MimeBundle> results, boolean disobedient) {}

    /** Stops the tool, once; may be called by any thread, before and after the tool runs as well. */
    void stop(Outcome why) {
        if (stopped.compareAndSet(null, why)) {
            worker.ifPresent(Thread::interrupt);
        }
    }

    Ending run(Duration time) {
        Thread thread = threads.newThread(work);
        worker = Optional.of(thread);
        thread.start();
        if (stopped.get() != null) {
            // The stop came before there was anyone to interrupt.
            thread.interrupt();
        }
        try {
            stop.interruptibly(() -> work.get(time.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException over) {
            stop(Outcome.TIME_LIMIT);
        } catch (InterruptedException asked) {
            stop(
                    stop.reason().filter(StopSignal.Reason.CANCELLED::equals).isPresent()
                            ? Outcome.CANCELLED
                            : Outcome.INTERRUPTED);
        } catch (Exception itsOwn) {
            return ending(time);
        }
        return ending(time);
    }

    private Ending ending(Duration time) {
        boolean disobedient = false;
        Optional<ToolResult> result = Optional.empty();
        String message = "";
        Outcome failure = Outcome.ERROR;
        try {
            result = Optional.of(work.get(obedience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException stillRuns) {
            disobedient = true;
        } catch (ExecutionException thrown) {
            message = describe(thrown.getCause());
            failure = thrown.getCause() instanceof HostException host && Verdict.machineGone(host.code())
                    ? Outcome.INTERRUPTED
                    : Outcome.ERROR;
        } catch (InterruptedException | CancellationException nobodyDoes) {
            message = "stopped";
        }
        Outcome why = stopped.get();
        if (why != null) {
            int exitCode = result.map(ToolResult::exitCode).orElse(0);
            return new Ending(why, exitCode, reason(why, time, disobedient), List.of(), disobedient);
        }
        if (result.isEmpty()) {
            return new Ending(failure, 0, message, List.of(), disobedient);
        }
        return new Ending(
                outcome(result.get()),
                result.get().exitCode(),
                result.get().message(),
                result.get().results(),
                false);
    }

    private static Outcome outcome(ToolResult result) {
        return switch (result.ending()) {
            case OK -> Outcome.OK;
            case ERROR -> Outcome.ERROR;
            case TIME_LIMIT -> Outcome.TIME_LIMIT;
            case MEMORY_LIMIT -> Outcome.MEMORY_LIMIT;
        };
    }

    private String reason(Outcome why, Duration time, boolean disobedient) {
        String what = switch (why) {
            case TIME_LIMIT -> "ran longer than " + time.toMillis() + " ms";
            case OUTPUT_LIMIT -> "printed more than the scope allows";
            case CANCELLED -> "the task was cancelled";
            case INTERRUPTED -> "the host agent was shut down";
            case OK, ERROR, DENIED, MEMORY_LIMIT -> why.name();
        };
        return disobedient ? what + ", and the guest did not end it within " + obedience.toSeconds() + " s" : what;
    }

    private static String describe(@Nullable Throwable cause) {
        return cause instanceof HostException known ? known.getMessage() : "unexpected: " + cause;
    }
}
