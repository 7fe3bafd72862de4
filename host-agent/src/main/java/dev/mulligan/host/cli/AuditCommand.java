package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan audit}. */
@Command(
        name = "audit",
        description = "Read the record of what was allowed, asked and done; prove that it is whole; take it along.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan audit show --task nightly-7"})
final class AuditCommand {}
