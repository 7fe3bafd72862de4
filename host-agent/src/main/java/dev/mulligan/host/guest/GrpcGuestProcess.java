package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.guest.v1.CloseStdin;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.Signal;
import dev.mulligan.proto.guest.v1.TerminalSize;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program in the guest behind the other end of a gRPC stream. */
final class GrpcGuestProcess implements GuestProcess {
    private static final int KILL = 9;
    private static final Duration PATIENCE_TO_KILL = Duration.ofSeconds(10);
    // Beyond the limit that the guest keeps, for its answer to arrive.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final RunAnswers answers;
    private final GuestCall call;
    private final int pid;
    private final AtomicBoolean stdinClosed = new AtomicBoolean();

    GrpcGuestProcess(
            RunAnswers answers, GuestCall call, int pid, ProcessSpec spec, ScheduledExecutorService scheduler) {
        this.answers = answers;
        this.call = call;
        this.pid = pid;
        spec.limits().time().ifPresent(limit -> watch(limit, scheduler));
    }

    /** The host keeps the time itself: a guest that ignores its limit is cut off. */
    private void watch(Duration limit, ScheduledExecutorService scheduler) {
        ProcessExit late = new ProcessExit(ProcessExit.Reason.TIME_LIMIT, 128 + KILL, KILL, Duration.ZERO, 0);
        ScheduledFuture<?> timer =
                scheduler.schedule(() -> answers.end(late), limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<ProcessExit> _ = answers.ended().whenComplete((exit, problem) -> timer.cancel(false));
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public void stdin(byte[] data) {
        ByteString rest = UnsafeByteOperations.unsafeWrap(data.clone());
        try {
            boolean open = !stdinClosed.get();
            while (open && !rest.isEmpty()) {
                ByteString chunk = rest.substring(0, Math.min(rest.size(), StreamAnswers.MAXIMUM_CHUNK));
                rest = rest.substring(chunk.size());
                open = answers.sender()
                        .sendWhenReady(RunRequest.newBuilder().setStdin(chunk).build());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, call.what() + ": interrupted while writing to its stdin")
                    .cause(interrupted)
                    .build();
        }
    }

    @Override
    public void closeStdin() {
        if (!stdinClosed.getAndSet(true)) {
            answers.sender()
                    .send(RunRequest.newBuilder()
                            .setCloseStdin(CloseStdin.getDefaultInstance())
                            .build());
        }
    }

    @Override
    public void signal(int number) {
        if (number < 1 || number > 64) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "signal")
                    .value(number)
                    .expected("a Linux signal number, 1 to 64")
                    .build();
        }
        answers.sender()
                .send(RunRequest.newBuilder()
                        .setSignal(Signal.newBuilder().setNumber(number))
                        .build());
    }

    @Override
    public void resize(int columns, int rows) {
        TerminalSize size = RunMessages.size(new ProcessSpec.Terminal(columns, rows));
        answers.sender().send(RunRequest.newBuilder().setResize(size).build());
    }

    @Override
    public ProcessExit await() throws InterruptedException {
        try {
            return answers.ended().get();
        } catch (ExecutionException failed) {
            throw failure(failed);
        }
    }

    private HostException failure(ExecutionException failed) {
        if (failed.getCause() instanceof HostException known) {
            return HostException.of(known.code(), call.what() + " did not end: " + known.getMessage())
                    .cause(known)
                    .build();
        }
        return HostException.of(HostErrorCode.INTERNAL, call.what())
                .value(failed)
                .cause(failed)
                .build();
    }

    @Override
    public void cancel() {
        answers.fail(HostException.of(HostErrorCode.CANCELLED, call.what() + ": cancelled")
                .build());
    }

    @Override
    public void close() {
        if (!answers.ended().isDone()) {
            kill(answers);
            cancel();
        }
    }

    /**
     * Kills the program and waits until the guest says that it is gone, but not for ever. Interrupted, it waits no
     * longer; the interrupt stays.
     */
    static void kill(RunAnswers answers) {
        answers.sender()
                .send(RunRequest.newBuilder()
                        .setSignal(Signal.newBuilder().setNumber(KILL))
                        .build());
        boolean interrupted = false;
        try {
            answers.ended().get(PATIENCE_TO_KILL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException over) {
            // It is gone, or the guest does not say so: cancelling kills it, too.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
