package dev.mulligan.host;

/**
 * The program: the command line, and with {@code daemon} the host agent itself, in the foreground.
 */
public final class HostAgent {
    private HostAgent() {}

    public static void main(String[] arguments) {
        // The command line lands with its own package.
        System.err.println("mulligan: not wired yet");
        System.exit(1);
    }
}
