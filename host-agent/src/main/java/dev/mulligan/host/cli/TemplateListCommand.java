package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListTemplatesRequest;
import dev.mulligan.proto.host.v1.ListTemplatesResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan template list}. */
@Command(
        name = "list",
        description = {
            "List templates, the oldest first, with their machines: how many of those that shall stand ready do, how many"
                    + " were taken since the host agent started, how often none stood ready, and how many were thrown away"
                    + " because they did not answer.",
        },
        footer = {"", "Example:", "  mulligan template list"})
final class TemplateListCommand implements Callable<Integer> {
    private final Invocation invocation;

    TemplateListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        ListTemplatesResponse templates =
                invocation.host().templates(Patience.ANSWER).list(ListTemplatesRequest.getDefaultInstance());
        invocation.print(templates, () -> TemplateView.table(templates));
        return ExitCode.OK.number();
    }
}
