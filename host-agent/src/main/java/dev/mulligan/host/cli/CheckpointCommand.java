package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan checkpoint}. */
@Command(
        name = "checkpoint",
        description = "Create checkpoints of a sandbox, list them, remove them. 'rollback' returns to one.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan checkpoint list web"})
final class CheckpointCommand {}
