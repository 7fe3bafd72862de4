package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.PrepareTemplateRequest;
import dev.mulligan.proto.host.v1.PrepareTemplateResponse;
import dev.mulligan.proto.host.v1.Template;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mulligan template prepare}. */
@Command(
        name = "prepare",
        description = {
            "Make the template of an image ahead of its first sandbox, and print its id. One that is there is left as it"
                    + " is. Starts the host agent if none runs.",
        },
        footer = {"", "Example:", "  mulligan template prepare", "  mulligan template prepare data --memory 2Gi"})
final class TemplatePrepareCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "IMAGE", arity = "0..1", description = "Name or digest. Default: base.")
    private String image = "";

    @Mixin
    private SizeOptions size = new SizeOptions();

    TemplatePrepareCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        Template template = prepare(PrepareTemplateRequest.newBuilder()
                .setImage(image)
                .setSize(size.message())
                .build());
        invocation.print(template, template::getId);
        return ExitCode.OK.number();
    }

    private Template prepare(PrepareTemplateRequest request) throws StatusException, InterruptedException {
        BlockingClientCall<?, PrepareTemplateResponse> events =
                invocation.hostStarted().templates(Patience.MACHINE).prepare(request);
        try (Progress progress = invocation.progress()) {
            PrepareTemplateResponse event = events.read();
            while (event != null) {
                if (event.hasTemplate()) {
                    return event.getTemplate();
                }
                progress.step(event.getProgress());
                event = events.read();
            }
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a preparation that ended without a template")
                .build();
    }
}
