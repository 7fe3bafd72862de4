package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.ListTasksResponse;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mulligan task list}. */
@Command(
        name = "list",
        description = "List tasks, the newest first.",
        footer = {"", "Example:", "  mulligan task list --state failed --label team=blue"})
final class TaskListCommand implements Callable<Integer> {
    private static final int PAGE = 1000;

    private final Invocation invocation;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only these: ${COMPLETION-CANDIDATES}; may be given several times.")
    private List<State> states = List.of();

    @Option(names = "--sandbox", description = "Only those of this sandbox (id or name).")
    private String sandbox = "";

    @Option(names = "--thread", paramLabel = "NAME", description = "Only those of this thread.")
    private String thread = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only those with this label.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    TaskListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** The states that a task can have. */
    enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        INTERRUPTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws StatusException {
        ListTasksResponse found = ListTasksResponse.newBuilder()
                .addAllTasks(list(invocation.host()))
                .build();
        invocation.print(found, () -> TaskView.table(found.getTasksList()));
        return ExitCode.OK.number();
    }

    private List<Task> list(HostClient client) throws StatusException {
        ListTasksRequest.Builder request = ListTasksRequest.newBuilder()
                .setSandbox(sandbox)
                .setThread(thread)
                .putAllLabels(labels);
        states.forEach(state -> request.addStates(TaskState.valueOf(state.name())));
        List<Task> tasks = new ArrayList<>();
        String page = "";
        do {
            ListTasksResponse response = client.tasks(Patience.ANSWER)
                    .list(request.setPageSize(Math.clamp(limit - tasks.size(), 1, PAGE))
                            .setPageToken(page)
                            .build());
            tasks.addAll(response.getTasksList());
            page = response.getNextPageToken();
        } while (!page.isEmpty() && tasks.size() < limit);
        return tasks.subList(0, Math.clamp(limit, 0, tasks.size()));
    }
}
