package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.BuildImageRequest;
import dev.mulligan.proto.host.v1.BuildImageResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/** Builds an image and shows how far it is. */
record ImageBuild(Invocation invocation, boolean verbose) {
    BuildImageResponse.Result run(HostClient client, BuildImageRequest request)
            throws StatusException, InterruptedException {
        BlockingClientCall<?, BuildImageResponse> events =
                client.images(Patience.LONG).build(request);
        try (Progress progress = invocation.progress()) {
            BuildImageResponse event = events.read();
            while (event != null) {
                if (invocation.json()) {
                    invocation.printLine(invocation.jsonOf(event));
                }
                switch (event.getEventCase()) {
                    case PROGRESS ->
                        progress.step(
                                event.getProgress().getPhase()
                                        + (event.getProgress().getMessage().isEmpty()
                                                ? ""
                                                : ": " + event.getProgress().getMessage()),
                                event.getProgress().getFraction());
                    case LOG -> log(event.getLog(), progress);
                    case RESULT -> {
                        return event.getResult();
                    }
                    case EVENT_NOT_SET -> {}
                }
                event = events.read();
            }
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a build that ended without an image")
                .value(request.getRecipe())
                .build();
    }

    private void log(String line, Progress progress) {
        if (verbose && !invocation.json()) {
            progress.clear();
            invocation.console().errors().println("  " + Printable.of(line));
        }
    }
}
