package dev.mulligan.host.guest;

import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.RunResponse;
import java.util.concurrent.CompletableFuture;

/** What the guest answers to a run: first that it has started, then output, then its exit. */
final class RunAnswers extends StreamAnswers<RunRequest, RunResponse, ProcessExit> {
    private final CompletableFuture<Integer> started = new CompletableFuture<>();

    RunAnswers(OutputListener output, GuestCall call, GuestErrors errors, OpenStreams streams) {
        super(output, call, errors, streams);
        // It may have failed already, before there was anyone to tell.
        var _ = ended().whenComplete((exit, failure) -> {
            if (failure != null) {
                started.completeExceptionally(failure);
            }
        });
    }

    CompletableFuture<Integer> started() {
        return started;
    }

    @Override
    void take(RunResponse response) {
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
                told(exit(response.getExited()));
            }
            case MESSAGE_NOT_SET -> require(false, "an empty message");
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
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw GuestErrors.misbehaved(call(), "an exit without a reason");
        };
        return new ProcessExit(
                reason, code, signal, GuestValues.duration(exited.getCpuTime(), call()), exited.getPeakMemoryBytes());
    }

    @Override
    String withoutEnd() {
        return "the stream ended without an exit";
    }
}
