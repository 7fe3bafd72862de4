package dev.mulligan.host;

import dev.mulligan.host.cli.MulliganCommand;
import java.nio.file.Path;

/**
 * The program: the command line, and with {@code daemon} the host agent itself, in the foreground.
 */
public final class HostAgent {
    private HostAgent() {}

    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("daemon")) {
            System.exit(daemon().run());
        }
        // All that the command opened is closed and flushed. An ordinary exit would look for a logger to tell of it, on
        // the whole class path, which takes longer than most commands.
        Runtime.getRuntime().halt(MulliganCommand.ofProcess().run(arguments));
    }

    private static Daemon daemon() {
        HostDirectories directories = HostDirectories.of(
                System.getenv(),
                System.getProperty("user.name").equals("root"),
                Path.of(System.getProperty("user.home")));
        return new Daemon(
                System.getenv(),
                directories,
                Path.of(System.getProperty("mulligan.home", "")).toAbsolutePath());
    }
}
