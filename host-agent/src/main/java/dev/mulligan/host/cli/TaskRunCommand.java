package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.DispatchResponse;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskSpec;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mulligan task run}. */
@Command(
        name = "run",
        customSynopsis = {
            "mulligan task run [OPTION...] FILE.yaml",
            "mulligan task run [OPTION...] -- PROGRAM [ARGUMENT...]"
        },
        description = {
            "Run a task and show what it prints. Starts the host agent if none runs. Ctrl-C cancels the task and waits"
                    + " until its sandbox is rolled back; a second one leaves that to the host agent.",
            "Behind --, 'python3 FILE' and 'node FILE' with a file of this machine run its text in the sandbox; anything"
                    + " else is a program of the sandbox. The exit code is then the program's own.",
        },
        footer = {
            "",
            "Example:",
            "  mulligan task run task.yaml",
            "  mulligan task run --memory 512Mi --time 2m -- python3 script.py one two",
            "  mulligan task run --folder ~/Reports --tool shell -- sed -i s/2025/2026/ /workspace/Reports/summary.md",
            "  mulligan task run --sandbox web --tool shell -- ls -l /home/agent",
            "  mulligan task run --thread tidy --tool shell --tool python --folder ~/Reports -- ls /workspace/Reports",
            "  mulligan task run --thread tidy -- python3 summarise.py",
            "  mulligan task run --after nightly-7 -- wc -l /etc/passwd"
        })
final class TaskRunCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TaskOptions options = new TaskOptions();

    @Mixin
    private ResultOptions results = new ResultOptions();

    @Option(
            names = "--id",
            description = "An id of your choice, 1 to 64 of A-Z a-z 0-9 _ -. Dispatching it again runs nothing twice.")
    private String id = "";

    @Option(names = "--detach", description = "Do not wait: print the task's id.")
    private boolean detach;

    TaskRunCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        // Read before anything is started: a mistake in it must cost nothing.
        TaskSpec task = options.task(spec, invocation.console().input());
        HostClient client = invocation.hostStarted();
        DispatchResponse dispatched = client.tasks(Patience.ANSWER)
                .dispatch(DispatchRequest.newBuilder()
                        .setTaskId(id)
                        .setTask(options.handedOn(spec, task, client))
                        .build());
        Task accepted = dispatched.getTask();
        accepted.getWithheldList().forEach(less -> invocation.say("not handed on: " + less));
        if (dispatched.getExisting()) {
            invocation.say("task " + accepted.getId() + " is known already: this is the first one");
        }
        if (detach) {
            invocation.print(accepted, accepted::getId);
            return ExitCode.OK.number();
        }
        Task ended = new TaskFollower(invocation, client, accepted.getId(), results.files()).run();
        invocation.say(new TaskFarewell(ended).toString());
        return new TaskExit(ended, options.isProgram(spec)).number();
    }
}
