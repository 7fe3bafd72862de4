package dev.mulligan.host;

import dev.mulligan.host.cli.MulliganCommand;

/**
 * The program: the command line, and with {@code daemon} the host agent itself, in the foreground.
 */
public final class HostAgent {
    private HostAgent() {}

    public static void main(String[] arguments) {
        System.exit(MulliganCommand.ofProcess().run(arguments));
    }
}
