package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.KeepReadyRequest;
import dev.mulligan.proto.host.v1.KeepReadyResponse;
import dev.mulligan.proto.host.v1.Template;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan template keep}. */
@Command(
        name = "keep",
        description = {
            "Say how many machines of an image stand ready, whatever is taken, and wait until they do; until the host agent"
                    + " ends. 'learned' leaves it to use again. At most pool.machines of config.yaml.",
        },
        footer = {"", "Example:", "  mulligan template keep base 4", "  mulligan template keep base learned"})
final class TemplateKeepCommand implements Callable<Integer> {
    private static final String LEARNED = "learned";

    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "IMAGE", description = "Name or digest.")
    private String image = "";

    @Parameters(index = "1", paramLabel = "N|learned", description = "How many; 0 for none.")
    private String machines = "";

    @Mixin
    private SizeOptions size = new SizeOptions();

    TemplateKeepCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        KeepReadyRequest.Builder request =
                KeepReadyRequest.newBuilder().setImage(image).setSize(size.message());
        if (!machines.equals(LEARNED)) {
            request.setMachines(number());
        }
        Template template = keep(request.build());
        invocation.print(template, () -> new TemplateView(template).ready() + " stand ready");
        return ExitCode.OK.number();
    }

    private int number() {
        try {
            return Integer.parseInt(machines);
        } catch (NumberFormatException words) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + machines + "' is no number of machines (expected: such as 4, or learned)");
        }
    }

    private Template keep(KeepReadyRequest request) throws StatusException, InterruptedException {
        BlockingClientCall<?, KeepReadyResponse> events =
                invocation.host().templates(Patience.MACHINE).keepReady(request);
        try (Progress progress = invocation.progress()) {
            KeepReadyResponse event = events.read();
            while (event != null) {
                if (event.hasTemplate()) {
                    return event.getTemplate();
                }
                progress.step(event.getProgress());
                event = events.read();
            }
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a pool without an answer")
                .build();
    }
}
