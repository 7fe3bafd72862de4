package dev.mulligan.host.cli;

import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.scope.file.NamedScopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code mulligan scope list}. */
@Command(
        name = "list",
        description = "List the named scopes of this machine. Exit code 1 if one of them cannot be used.",
        footer = {"", "Example:", "  mulligan scope list"})
final class ScopeListCommand implements Callable<Integer> {
    private final Invocation invocation;

    ScopeListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        NamedScopes named = new ScopeSource(invocation).named();
        Table table = new Table("NAME", "EXTENDS", "TOOLS", "PROBLEM");
        List<String> usable = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (ScopeName name : named.names()) {
            try {
                Scope scope = named.get(name);
                table.row(
                        name.value(),
                        scope.base().map(ScopeName::value).orElse(""),
                        scope.tools().stream().map(Tool::label).collect(Collectors.joining(", ")),
                        "");
                usable.add(name.value());
            } catch (HostException bad) {
                table.row(name.value(), "", "", bad.getMessage());
                broken.add(name.value());
            }
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("directory", invocation.state().scopes().toString());
        fields.put("scopes", usable);
        fields.put("broken", broken);
        if (invocation.json()) {
            invocation.printLine(Json.object(fields));
        } else if (usable.isEmpty() && broken.isEmpty()) {
            invocation.say("no named scopes: write one to "
                    + invocation.state().scopes().resolve("NAME.yaml"));
        } else {
            invocation.print(table.toString());
        }
        return (broken.isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
    }
}
