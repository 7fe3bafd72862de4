package dev.mulligan.host.cli;

import dev.mulligan.host.cli.taskfile.CodeFile;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.proto.host.v1.EvaluateStart;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.NodeCall;
import dev.mulligan.proto.host.v1.PythonCall;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mulligan sandbox run}. */
@Command(
        name = "run",
        customSynopsis = {
            "mulligan sandbox run [OPTION...] SANDBOX --python CODE [ARGUMENT...]",
            "mulligan sandbox run [OPTION...] SANDBOX --node CODE [ARGUMENT...]",
            "mulligan sandbox run [OPTION...] SANDBOX FILE.py|FILE.js [ARGUMENT...]"
        },
        description = {
            "Evaluate code in a session of a sandbox: variables, imports and working directory stay for the next call."
                    + " The value of the last expression is printed as at a prompt.",
            "Ctrl-C interrupts the code and keeps the session; a second one does not wait for that.",
            "With --output json each piece of output and the end is a line of JSON, results in Base64."
        },
        footer = {
            "",
            "Example:",
            "  mulligan sandbox run web --python 'x = 6'",
            "  mulligan sandbox run web --python 'x * 7'",
            "  mulligan sandbox run web --session plots --save-results out plot.py"
        })
final class SandboxRunCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--python", paramLabel = "CODE", description = "Python source.")
    private @Nullable String python;

    @Option(names = "--node", paramLabel = "CODE", description = "JavaScript source.")
    private @Nullable String node;

    @Option(
            names = "--session",
            paramLabel = "NAME",
            description = "The session; new: a fresh interpreter for this call only. Default: default.")
    private String session = "";

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Set in the session's environment; may be given several times.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--root", description = "In a session of root.")
    private boolean root;

    @Option(names = "--time", paramLabel = "DURATION", description = "Time limit, such as 90s or 2m. Default: none.")
    private @Nullable Duration time;

    @Mixin
    private ResultOptions results = new ResultOptions();

    @Parameters(index = "0", paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGUMENT", description = "For the code; first its file.")
    private List<String> words = List.of();

    SandboxRunCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        EvaluateStart.Builder start = EvaluateStart.newBuilder()
                .setSandbox(sandbox)
                .putAllEnvironment(environment)
                .setRoot(root);
        if (time != null) {
            start.setLimits(Limits.newBuilder().setTime(DurationMessage.of(time)));
        }
        code(start);
        return new GuestCode(invocation, invocation.host(), results.files()).run(start.build());
    }

    private void code(EvaluateStart.Builder start) {
        if (python != null && node != null) {
            throw wrong("--python and --node exclude each other (expected: one of them)");
        }
        if (python != null) {
            start.setPython(python(python, words));
        } else if (node != null) {
            start.setNode(node(node, words));
        } else if (words.isEmpty()) {
            throw wrong("no code (expected: --python CODE, --node CODE or a file)");
        } else {
            file(start, words.getFirst(), words.subList(1, words.size()));
        }
    }

    private void file(EvaluateStart.Builder start, String name, List<String> arguments) {
        if (name.endsWith(".py")) {
            start.setPython(python(CodeFile.read(name), arguments));
        } else if (name.endsWith(".js") || name.endsWith(".cjs")) {
            start.setNode(node(CodeFile.read(name), arguments));
        } else {
            throw wrong("code in a file of unknown kind: " + name + " (expected: FILE.py or FILE.js)");
        }
    }

    private PythonCall python(String code, List<String> arguments) {
        return PythonCall.newBuilder()
                .setCode(code)
                .addAllArguments(arguments)
                .setSession(session)
                .build();
    }

    private NodeCall node(String code, List<String> arguments) {
        return NodeCall.newBuilder()
                .setCode(code)
                .addAllArguments(arguments)
                .setSession(session)
                .build();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
