package dev.mulligan.host.cli;

import picocli.CommandLine;

/** Makes every command and puts it in its place. */
final class CommandTree {
    private final Invocation invocation;
    private final GlobalOptions options;

    CommandTree(Invocation invocation, GlobalOptions options) {
        this.invocation = invocation;
        this.options = options;
    }

    CommandLine build() {
        return new CommandLine(new RootCommand(options))
                .addSubcommand(new UpCommand(invocation))
                .addSubcommand(new DownCommand(invocation))
                .addSubcommand(new StatusCommand(invocation))
                .addSubcommand(new HelpCommand(invocation));
    }
}
