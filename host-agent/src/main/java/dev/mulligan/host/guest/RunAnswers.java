package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.Output;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the guest answers to a run: checks order and bounds, hands output on one message at a time, and knows how it
 * ended. After the first end (exit, failure, cancel) nothing is heard any more.
 */
final class RunAnswers implements ClientResponseObserver<RunRequest, RunResponse> {
    static final int MAXIMUM_CHUNK = 65_536;

    private final RequestSender<RunRequest> sender = new RequestSender<>();
    private final CompletableFuture<Integer> started = new CompletableFuture<>();
    private final CompletableFuture<ProcessExit> ended = new CompletableFuture<>();
    private final OutputListener output;
    private final GuestCall call;
    private final GuestErrors errors;
    private final OpenStreams.Ticket ticket;
    private final Runnable sign;
    private volatile @Nullable ClientCallStreamObserver<RunRequest> requests;

    RunAnswers(OutputListener output, GuestCall call, GuestErrors errors, OpenStreams streams) {
        this.output = output;
        this.call = call;
        this.errors = errors;
        this.sign = streams::sign;
        this.ticket = streams.open(this::fail);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<RunRequest> requests) {
        // One message at a time: what the listener has not taken stays in the guest.
        requests.disableAutoRequestWithInitial(1);
        this.requests = requests;
        RequestSender.prepare(requests, sender);
    }

    /** The call is under way: from now on it can be written to, and cancelled. */
    void begun() {
        sender.begin(Objects.requireNonNull(requests));
    }

    RequestSender<RunRequest> sender() {
        return sender;
    }

    CompletableFuture<Integer> started() {
        return started;
    }

    CompletableFuture<ProcessExit> ended() {
        return ended;
    }

    /** Ends the run from the host's side, unless it has ended. */
    void end(ProcessExit exit) {
        if (ended.complete(exit)) {
            sender.cancel("ended by the host");
        }
    }

    /** Ends the run with a failure, unless it has ended. */
    void fail(HostException why) {
        if (ended.completeExceptionally(why)) {
            started.completeExceptionally(why);
            sender.cancel(why.getMessage());
        }
    }

    @Override
    public void onNext(RunResponse response) {
        sign.run();
        if (ended.isDone()) {
            // More after the exit: not worth an error, as the program has ended.
            sender.cancel("ended already");
            return;
        }
        try {
            take(response);
        } catch (HostException problem) {
            fail(problem);
        } catch (RuntimeException bug) {
            fail(HostException.of(HostErrorCode.INTERNAL, "whoever takes the output failed")
                    .value(bug)
                    .cause(bug)
                    .build());
        }
        ClientCallStreamObserver<RunRequest> flow = requests;
        if (flow != null) {
            flow.request(1);
        }
    }

    private void take(RunResponse response) {
        switch (response.getMessageCase()) {
            case STARTED -> {
                int pid = response.getStarted().getPid();
                require(!started.isDone(), "started twice");
                require(pid > 0, "process id " + pid);
                started.complete(pid);
            }
            case OUTPUT -> {
                require(started.isDone(), "output before the start");
                deliver(response.getOutput());
            }
            case EXITED -> {
                require(started.isDone(), "exit before the start");
                // Heard before the stream's own end, so that a guest which never ends it delays nobody.
                if (ended.complete(exit(response.getExited()))) {
                    sender.finish();
                }
            }
            case MESSAGE_NOT_SET -> require(false, "an empty message");
        }
    }

    private void deliver(Output data) {
        int size = data.getData().size();
        require(size > 0 && size <= MAXIMUM_CHUNK, size + " bytes of output in one message");
        switch (data.getStream()) {
            case STDOUT -> output.stdout(data.getData().toByteArray());
            case STDERR -> output.stderr(data.getData().toByteArray());
            case STREAM_UNSPECIFIED, UNRECOGNIZED -> require(false, "output of an unknown stream");
        }
    }

    private ProcessExit exit(Exited exited) {
        int code = exited.getExitCode();
        int signal = exited.getSignal();
        require(code >= 0 && code <= 255, "exit code " + code);
        require(signal >= 0 && signal <= 64, "signal " + signal);
        require(exited.getPeakMemoryBytes() >= 0, "peak memory " + exited.getPeakMemoryBytes());
        ProcessExit.Reason reason = switch (exited.getReason()) {
            case EXIT -> ProcessExit.Reason.EXIT;
            case SIGNAL -> ProcessExit.Reason.SIGNAL;
            case TIME_LIMIT -> ProcessExit.Reason.TIME_LIMIT;
            case MEMORY_LIMIT -> ProcessExit.Reason.MEMORY_LIMIT;
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw GuestErrors.misbehaved(call, "an exit without a reason");
        };
        return new ProcessExit(
                reason, code, signal, GuestValues.duration(exited.getCpuTime(), call), exited.getPeakMemoryBytes());
    }

    private void require(boolean kept, String broken) {
        if (!kept) {
            throw GuestErrors.misbehaved(call, broken);
        }
    }

    @Override
    public void onError(Throwable problem) {
        ticket.close();
        sender.ended();
        fail(errors.translate(problem, call));
    }

    @Override
    public void onCompleted() {
        ticket.close();
        sender.ended();
        fail(GuestErrors.misbehaved(call, "the stream ended without an exit"));
    }
}
