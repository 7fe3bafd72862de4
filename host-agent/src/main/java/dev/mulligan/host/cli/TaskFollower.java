package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Interrupts;
import dev.mulligan.proto.host.v1.CancelTaskRequest;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Watches a task until it has ended. */
final class TaskFollower {
    private final Invocation invocation;
    private final HostClient client;
    private final String id;
    private final ResultFiles results;

    /** Shows what it prints and returns. */
    TaskFollower(Invocation invocation, HostClient client, String id) {
        this(invocation, client, id, ResultFiles.NONE);
    }

    /** Likewise, and saves results as files. */
    TaskFollower(Invocation invocation, HostClient client, String id, ResultFiles results) {
        this.results = results;
        this.invocation = invocation;
        this.client = client;
        this.id = id;
    }

    /** Only looks: whoever interrupts it leaves the task alone. */
    Task watch(long fromSequence) throws StatusException, InterruptedException {
        return watch(fromSequence, _ -> {});
    }

    /** Likewise; the listener gets what the task prints on standard output, too. */
    Task watch(long fromSequence, Consumer<ByteString> listener) throws StatusException, InterruptedException {
        try (TaskOutput output = new TaskOutput(invocation, listener, results)) {
            return read(start(fromSequence), output);
        }
    }

    /** The first interrupt cancels the task and waits for its end, a second one leaves it to the host agent. */
    Task run() throws StatusException, InterruptedException {
        BlockingClientCall<?, WatchTaskResponse> events = start(0);
        AtomicInteger interrupts = new AtomicInteger();
        try (TaskOutput output = new TaskOutput(invocation, _ -> {}, results);
                Interrupts.Handling _ = invocation.interrupts().handle(() -> {
                    if (interrupts.incrementAndGet() == 1) {
                        output.say("cancelling; again to leave that to the host agent");
                        Thread.ofVirtual().start(() -> cancel(events));
                    } else {
                        events.cancel("left", new InterruptedException());
                    }
                })) {
            return read(events, output);
        }
    }

    private BlockingClientCall<?, WatchTaskResponse> start(long fromSequence) {
        return client.tasks(Patience.ENDLESS)
                .watch(WatchTaskRequest.newBuilder()
                        .setTaskId(id)
                        .setFromSequence(fromSequence)
                        .build());
    }

    private Task read(BlockingClientCall<?, WatchTaskResponse> events, TaskOutput output)
            throws StatusException, InterruptedException {
        WatchTaskResponse event = events.read();
        while (event != null) {
            output.show(event);
            if (invocation.outputBroken()) {
                events.cancel("nobody reads the output", null);
                throw HostException.of(HostErrorCode.CANCELLED, "nobody reads the output any more")
                        .remedy("the task goes on: mulligan task show " + id)
                        .build();
            }
            event = events.read();
        }
        return output.task()
                .orElseThrow(() -> HostException.of(HostErrorCode.INTERNAL, "a watch without a state")
                        .value(id)
                        .build());
    }

    private void cancel(BlockingClientCall<?, WatchTaskResponse> events) {
        try {
            var _ = client.tasks(Patience.MACHINE)
                    .cancel(CancelTaskRequest.newBuilder().setTaskId(id).build());
        } catch (StatusException failed) {
            // The watch would wait for an end that nobody asked for.
            events.cancel("the task could not be cancelled", failed);
        }
    }
}
