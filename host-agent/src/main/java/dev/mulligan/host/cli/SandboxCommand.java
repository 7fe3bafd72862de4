package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan sandbox}. */
@Command(
        name = "sandbox",
        description = "Create sandboxes and work in them by hand.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan sandbox create web", "  mulligan sandbox shell web"})
final class SandboxCommand {}
