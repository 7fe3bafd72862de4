package dev.mulligan.host.cli;

import dev.mulligan.host.cli.taskfile.CallText;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.Consideration;
import dev.mulligan.host.scope.Decision;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Ranges;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.file.ChangeForm;
import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan scope explain}. */
@Command(
        name = "explain",
        description = {
            "Say which rule of a scope would decide a call or a change, and how all of its rules fare with it. The sandbox"
                    + " is taken to be as large as the scope's limits.",
        },
        footer = {
            "",
            "Example:",
            "  mulligan scope explain scope.yaml --call 'shell: rm -r /tmp/x'",
            "  mulligan scope explain reports --call '{python: print(1), root: true}'",
            "  mulligan scope explain reports --change '{kind: delete, path: notes/a.txt}'"
        })
final class ScopeExplainCommand implements Callable<Integer> {
    private static final DataSize USUAL_MEMORY = DataSize.ofGibibytes(1);

    private final Invocation invocation;

    @Parameters(paramLabel = "SCOPE", description = "A scope in YAML, - for standard input, or a named scope.")
    private String source = "";

    @ArgGroup(multiplicity = "1")
    private Subject subject = new Subject();

    ScopeExplainCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** What is asked about. */
    private static final class Subject {
        @Option(names = "--call", paramLabel = "YAML", description = "A call as a task file writes it.")
        private String call = "";

        @Option(
                names = "--change",
                paramLabel = "YAML",
                description = "A change: kind, path, and from, type, size, mode as far as they matter. Paths are of the"
                        + " host, or below the first folder that may be written to.")
        private String change = "";
    }

    @Override
    public Integer call() throws IOException {
        Scope scope = new ScopeSource(invocation).whole(source);
        int millis = scope.limits().cpuMillis().orElse(Ranges.CPU_MILLIS_PER_PROCESSOR);
        ResolvedScope resolved = scope.resolve(
                scope.limits().memory().orElse(USUAL_MEMORY), Math.ceilDiv(millis, Ranges.CPU_MILLIS_PER_PROCESSOR));
        List<Consideration> considered = new ArrayList<>();
        Ruling ruling = subject.change.isEmpty()
                ? ruling(resolved.decide(CallText.read("--call", subject.call), considered), considered)
                : resolved.decide(new ChangeForm(folder(scope)).read("--change", subject.change), considered);
        print(ruling, considered);
        return ExitCode.OK.number();
    }

    private static Ruling ruling(Decision decision, List<Consideration> considered) {
        String reason = switch (decision) {
            case Decision.Ask ask -> ask.reason();
            case Decision.Deny deny -> deny.reason();
            case Decision.Allow allow ->
                considered.stream()
                        .filter(consideration -> consideration.name().equals(allow.rule()))
                        .findFirst()
                        .map(consideration -> consideration.rule().why())
                        .filter(why -> !why.isEmpty())
                        .orElse("within " + allow.limits().time().toSeconds() + " s");
        };
        return new Ruling(decision.effect(), decision.rule(), reason);
    }

    private static String folder(Scope scope) {
        return scope.folders().stream()
                .filter(folder -> folder.access() == Access.WRITE)
                .findFirst()
                .map(Folder::path)
                .orElse("");
    }

    private void print(Ruling ruling, List<Consideration> considered) {
        List<String> rules = considered.stream()
                .map(consideration -> consideration.name() + " "
                        + consideration.outcome().words() + ": "
                        + consideration.rule().then().label() + " when "
                        + consideration.rule().when().source().strip())
                .toList();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("effect", ruling.effect().label());
        fields.put("rule", ruling.rule());
        fields.put("reason", ruling.reason());
        fields.put("rules", rules);
        StringBuilder text = new StringBuilder(ruling.effect().label() + " by " + Printable.of(ruling.toString()));
        rules.forEach(rule -> text.append("\n  ").append(Printable.of(rule)));
        invocation.print(fields, text.toString());
    }
}
