package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mulligan audit show}. */
@Command(
        name = "show",
        description = "Show entries in their order; one JSON object each with --output json.",
        footer = {
            "",
            "Example:",
            "  mulligan audit show --task nightly-7",
            "  mulligan audit show --thread tidy --kind scope.resolved",
            "  mulligan audit show --decision deny --since 2026-01-31",
            "  mulligan audit show --tool files --path /home/agent/report",
            "  mulligan audit show --follow"
        })
final class AuditShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--task", description = "Only those of this task.")
    private String task = "";

    @Option(names = "--thread", paramLabel = "NAME", description = "Only those of the tasks of this thread.")
    private String thread = "";

    @Option(names = "--sandbox", description = "Only those of this sandbox (id or name).")
    private String sandbox = "";

    @Option(names = "--kind", description = "Only those of this kind, such as call.decided.")
    private String kind = "";

    @Option(names = "--decision", paramLabel = "allow|ask|deny", description = "Only those with this decision.")
    private String decision = "";

    @Option(names = "--tool", paramLabel = "python|node|shell|files", description = "Only calls of this tool.")
    private String tool = "";

    @Option(names = "--path", description = "Only those that name this path in a sandbox, or one below it.")
    private String path = "";

    @Option(names = "--since", paramLabel = "TIME", description = TimeText.FORMS)
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Likewise.")
    private @Nullable String until;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
    private long limit;

    @Option(names = "--follow", description = "Go on as entries come, until Ctrl-C.")
    private boolean follow;

    AuditShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        QueryAuditRequest.Builder request = QueryAuditRequest.newBuilder()
                .setTaskId(task)
                .setThread(thread)
                .setSandbox(sandbox)
                .setKind(kind)
                .setDecision(decision)
                .setTool(tool)
                .setPath(path)
                .setLimit(limit)
                .setFollow(follow);
        if (since != null) {
            request.setSince(TimeText.parse(spec, "--since", since));
        }
        if (until != null) {
            request.setUntil(TimeText.parse(spec, "--until", until));
        }
        BlockingClientCall<?, QueryAuditResponse> entries =
                invocation.host().audit(Patience.ENDLESS).query(request.build());
        QueryAuditResponse response = entries.read();
        while (response != null && !invocation.outputBroken()) {
            invocation.printLine(
                    invocation.json()
                            ? invocation.jsonOf(response.getEntry())
                            : new AuditView(response.getEntry()).toString());
            response = entries.read();
        }
        return ExitCode.OK.number();
    }
}
