package dev.mulligan.host.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What stands above all commands. */
@Command(
        name = "mulligan",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Runs tasks in virtual machines of their own, and can take them back.",
        footer = {
            "",
            "Example:",
            "  mulligan task run -- python3 script.py",
            "  mulligan demo",
            "",
            "'mulligan COMMAND --help' describes a command, 'mulligan help exit-codes' what its exit code means.",
            "Environment: MULLIGAN_STATE (the host agent's directory), MULLIGAN_HOST, MULLIGAN_TOKEN_FILE,",
            "MULLIGAN_CA_FILE (as the options), NO_COLOR.",
            "The launcher ./mulligan has some more commands: setup, build, test, services, down --all;",
            "'./mulligan setup --help' describes them."
        })
final class RootCommand {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final GlobalOptions options;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean version;

    RootCommand(GlobalOptions options) {
        this.options = options;
    }
}
