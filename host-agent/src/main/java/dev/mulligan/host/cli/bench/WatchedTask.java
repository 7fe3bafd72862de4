package dev.mulligan.host.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** A task whose events are read as far as somebody asks. Not safe for use by several threads. */
final class WatchedTask {
    private final String id;
    private final BlockingClientCall<?, WatchTaskResponse> events;
    private Optional<Instant> begun = Optional.empty();
    private Optional<Duration> packing = Optional.empty();

    WatchedTask(String id, BlockingClientCall<?, WatchTaskResponse> events) {
        this.id = id;
        this.events = events;
    }

    String id() {
        return id;
    }

    /** Reads on to the first piece that its call prints. */
    ByteString awaitOutput() throws StatusException, InterruptedException {
        return await("output", WatchTaskResponse::hasOutput).getOutput().getData();
    }

    /** Reads on until its call has ended. */
    void awaitCallEnd() throws StatusException, InterruptedException {
        var _ = await("the end of its call", WatchTaskResponse::hasCallEnded);
    }

    /** Reads on until it has ended, which it must do well. */
    void awaitEnd() throws StatusException, InterruptedException {
        var _ = await("success", event -> event.hasStateChanged() && state(event) == TaskState.SUCCEEDED);
    }

    /** From the step that says that its folder is packed to the next step, by the host's clock. */
    Duration packing() {
        return packing.orElseThrow(
                () -> new IllegalStateException("task " + id + ": no folder was packed (expected: one)"));
    }

    private WatchTaskResponse await(String expected, Predicate<WatchTaskResponse> awaited)
            throws StatusException, InterruptedException {
        for (WatchTaskResponse event = events.read(); event != null; event = events.read()) {
            note(event);
            if (awaited.test(event)) {
                return event;
            }
            if (event.hasStateChanged() && event.getStateChanged().getTask().hasEnded()) {
                throw new IllegalStateException("task " + id + ": " + state(event) + " (expected: " + expected + "): "
                        + event.getStateChanged().getTask().getReason());
            }
        }
        throw new IllegalStateException("task " + id + ": no more events (expected: " + expected + ")");
    }

    private void note(WatchTaskResponse event) {
        if (begun.isPresent() && packing.isEmpty()) {
            packing = Optional.of(Duration.between(begun.get(), instant(event.getTime())));
        } else if (event.hasProgress() && event.getProgress().getMessage().startsWith("packing ")) {
            begun = Optional.of(instant(event.getTime()));
        }
    }

    private static TaskState state(WatchTaskResponse event) {
        return event.getStateChanged().getTask().getState();
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
