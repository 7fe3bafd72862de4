package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan scope}. */
@Command(
        name = "scope",
        description = {
            "Scopes: what a task may do. A task file carries one, and may extend a named one: NAME.yaml in the directory"
                    + " 'scopes' of the host agent's state. None of these commands needs a host agent.",
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan scope check scope.yaml"})
final class ScopeCommand {}
