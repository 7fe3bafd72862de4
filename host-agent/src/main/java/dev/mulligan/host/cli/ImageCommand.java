package dev.mulligan.host.cli;

import picocli.CommandLine.Command;

/** {@code mulligan image}. */
@Command(
        name = "image",
        description = "Build images, list them, look at them, remove them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  mulligan image build base"})
final class ImageCommand {}
