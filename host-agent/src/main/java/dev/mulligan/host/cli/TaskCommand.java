package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan task}. */
@Command(
        name = "task",
        description = "Dispatch tasks, watch them, cancel them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan task run -- python3 script.py"})
final class TaskCommand {}
