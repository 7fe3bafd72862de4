package dev.mulligan.guest.process;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.Started;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of Run, from its first request to the death of the last process that it started.
 *
 * <p>Requests arrive on one thread at a time; another one carries what the program prints and waits for its end. Whatever
 * ends the call early kills the tree, which ends both.
 */
final class RunCall implements StreamObserver<RunRequest> {
    private static final int MAXIMUM_CHUNK = 64 * 1024;
    private static final int MAXIMUM_SIGNAL = 64;

    private final Accounts accounts;
    private final ProcessTrees trees;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final ServerCallStreamObserver<RunResponse> observer;
    private final BlockingSender<RunResponse> sender;

    private @Nullable RunningProgram program;
    private @Nullable InputFeeder feeder;
    private volatile boolean outOfTime;

    RunCall(
            Accounts accounts,
            ProcessTrees trees,
            Executor executor,
            ScheduledExecutorService timer,
            ServerCallStreamObserver<RunResponse> observer) {
        this.accounts = accounts;
        this.trees = trees;
        this.executor = executor;
        this.timer = timer;
        this.observer = observer;
        this.sender = new BlockingSender<>(observer);
        observer.disableAutoRequest();
        observer.request(1);
    }

    @Override
    public void onNext(RunRequest request) {
        try {
            if (program == null || feeder == null) {
                if (request.getMessageCase() != RunRequest.MessageCase.START) {
                    throw GuestException.invalid("first request", request.getMessageCase(), "start");
                }
                start(request.getStart());
                observer.request(1);
            } else {
                follow(program, feeder, request);
            }
        } catch (IOException | RuntimeException e) {
            sender.fail(e);
            if (program != null) {
                program.kill();
            }
        }
    }

    private void follow(RunningProgram program, InputFeeder feeder, RunRequest request) throws KernelException {
        switch (request.getMessageCase()) {
            case STDIN -> {
                feeder.offer(checked(request.getStdin()));
                // The feeder asks for the next one.
                return;
            }
            case CLOSE_STDIN -> feeder.closeInput();
            case SIGNAL -> program.signal(checked(request.getSignal().getNumber()));
            case RESIZE -> program.resize(TerminalWindow.of(request.getResize()));
            case START -> throw GuestException.invalid("request", "a second start", "stdin, signal or resize");
            case MESSAGE_NOT_SET -> throw GuestException.invalid("request", "empty", "stdin, signal or resize");
        }
        observer.request(1);
    }

    private static ByteString checked(ByteString data) {
        if (data.size() > MAXIMUM_CHUNK) {
            throw GuestException.invalid("stdin", data.size() + " bytes", "at most " + MAXIMUM_CHUNK);
        }
        return data;
    }

    private static int checked(int signal) {
        if (signal < 1 || signal > MAXIMUM_SIGNAL) {
            throw GuestException.invalid("signal.number", signal, "1 to " + MAXIMUM_SIGNAL);
        }
        return signal;
    }

    private void start(Start request) throws IOException {
        RunSpec spec = RunSpec.of(request, accounts);
        ProcessTree tree = trees.create(spec.limits());
        RunningProgram started;
        try {
            started = RunningProgram.start(spec, tree);
        } catch (IOException e) {
            tree.close();
            throw e;
        }
        program = started;
        feeder = new InputFeeder(started, executor, () -> observer.request(1));
        InputFeeder feeding = feeder;
        executor.execute(() -> attend(started, feeding, spec.limits()));
        sender.onCancel(() -> executor.execute(started::kill));
    }

    /** Sees the program through to its end; what frees and prepares comes after the answer. */
    private void attend(RunningProgram program, InputFeeder feeder, ResourceLimits limits) {
        Optional<ScheduledFuture<?>> alarm = Optional.empty();
        try (program) {
            try {
                sender.send(RunResponse.newBuilder()
                        .setStarted(Started.newBuilder().setPid(program.pid()))
                        .build());
                alarm = alarm(program, limits);
                RunningProgram.Ended ended = carry(program, feeder);
                sender.finish(RunResponse.newBuilder().setExited(exited(ended)).build());
            } catch (IOException | InterruptedException | RuntimeException e) {
                abandon(program, feeder, e);
            }
        } finally {
            alarm.ifPresent(timer -> timer.cancel(false));
        }
        trees.prepare();
    }

    private Optional<ScheduledFuture<?>> alarm(RunningProgram program, ResourceLimits limits) {
        return limits.time().isPositive()
                ? Optional.of(timer.schedule(
                        () -> executor.execute(() -> stopOutOfTime(program)),
                        limits.time().toMillis(),
                        TimeUnit.MILLISECONDS))
                : Optional.empty();
    }

    private RunningProgram.Ended carry(RunningProgram program, InputFeeder feeder)
            throws IOException, InterruptedException {
        try (OutputCarrier carrier = new OutputCarrier(program.outputs(), program.end(), sender)) {
            carrier.untilEnd();
            // What it left running would hold its pipes open, and the contract ends it here.
            program.kill();
            feeder.stop();
            carrier.rest();
        }
        return program.reap();
    }

    /** The call has failed, or nobody listens any more: nothing of the program goes on. */
    private void abandon(RunningProgram program, InputFeeder feeder, Exception why) {
        sender.fail(why);
        program.kill();
        try {
            feeder.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopOutOfTime(RunningProgram program) {
        outOfTime = true;
        program.kill();
    }

    private Exited exited(RunningProgram.Ended ended) {
        Exited.Reason reason;
        if (ended.signal() == 0) {
            reason = Exited.Reason.EXIT;
        } else if (outOfTime) {
            reason = Exited.Reason.TIME_LIMIT;
        } else if (ended.exceededMemory()) {
            reason = Exited.Reason.MEMORY_LIMIT;
        } else {
            reason = Exited.Reason.SIGNAL;
        }
        return Exited.newBuilder()
                .setReason(reason)
                .setSignal(ended.signal())
                .setExitCode(ended.signal() == 0 ? ended.exitCode() : 128 + ended.signal())
                .setCpuTime(Duration.newBuilder()
                        .setSeconds(ended.usage().cpuTime().toSeconds())
                        .setNanos(ended.usage().cpuTime().toNanosPart()))
                .setPeakMemoryBytes(ended.usage().peakMemoryBytes())
                .build();
    }

    @Override
    public void onError(Throwable cause) {
        // The sender hears of every cancellation and kills.
    }

    @Override
    public void onCompleted() {
        // Half-closed: no more requests. The program goes on, with its input as it is.
        if (program == null) {
            sender.fail(GuestException.invalid("first request", "none", "start"));
        }
    }
}
