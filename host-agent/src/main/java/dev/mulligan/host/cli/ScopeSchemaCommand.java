package dev.mulligan.host.cli;

import dev.mulligan.host.scope.file.ScopeForm;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan scope schema}. */
@Command(
        name = "schema",
        description = {
            "Print the JSON Schema (draft 2020-12) of a scope, for editors that check and complete YAML. What JSON Schema"
                    + " cannot say, 'mulligan scope check' does: bounds of durations and sizes, and rules.",
        },
        footer = {"", "Example:", "  mulligan scope schema > mulligan-scope.schema.json"})
final class ScopeSchemaCommand implements Callable<Integer> {
    private final Invocation invocation;

    ScopeSchemaCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var schema = ScopeForm.ofThisUser().schema();
        invocation.printLine(invocation.json() ? schema.toString() : schema.toPrettyString());
        return ExitCode.OK.number();
    }
}
