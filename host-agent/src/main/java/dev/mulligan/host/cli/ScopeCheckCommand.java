package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeSentences;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan scope check}. */
@Command(
        name = "check",
        description = "Check a scope, and say in plain sentences what it allows.",
        footer = {"", "Example:", "  mulligan scope check scope.yaml", "  mulligan scope check reports"})
final class ScopeCheckCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SCOPE", description = "A scope in YAML, - for standard input, or a named scope.")
    private String source = "";

    ScopeCheckCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
        Scope scope = new ScopeSource(invocation).whole(source);
        List<String> sentences = ScopeSentences.of(scope);
        invocation.print(
                Map.of("sentences", sentences),
                sentences.stream().map(Printable::of).collect(Collectors.joining("\n")));
        return ExitCode.OK.number();
    }
}
