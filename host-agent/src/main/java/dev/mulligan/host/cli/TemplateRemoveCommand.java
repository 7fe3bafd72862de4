package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DeleteTemplateRequest;
import io.grpc.StatusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan template rm}. */
@Command(
        name = "rm",
        description = {
            "Remove templates that no sandbox stands on, and their machines that stand ready; the next sandbox makes one"
                    + " anew.",
        },
        footer = {"", "Example:", "  mulligan template rm data"})
final class TemplateRemoveCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
            paramLabel = "TEMPLATE",
            arity = "1..*",
            description = "The id of one, or an image for all of its templates.")
    private List<String> names = List.of();

    TemplateRemoveCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        HostClient client = invocation.host();
        for (String name : names) {
            List<String> removed = client.templates(Patience.MACHINE)
                    .delete(DeleteTemplateRequest.newBuilder().setTemplate(name).build())
                    .getIdsList();
            invocation.print(Map.of("removed", removed), String.join("\n", removed));
        }
        return ExitCode.OK.number();
    }
}
