package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan template}. */
@Command(
        name = "template",
        description = {
            "Templates: images that were booted once on this host and frozen, and machines that stand ready. The first"
                    + " sandbox of an image makes one by itself.",
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan template prepare data"})
final class TemplateCommand {}
