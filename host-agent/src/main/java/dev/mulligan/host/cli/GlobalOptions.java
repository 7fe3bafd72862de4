package dev.mulligan.host.cli;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.cli.client.Endpoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before or after its name. */
final class GlobalOptions {
    @Option(
            names = "--output",
            scope = ScopeType.INHERIT,
            paramLabel = "FORMAT",
            description = "What is printed: text, or json for programs.")
    private OutputFormat output = OutputFormat.TEXT;

    @Option(
            names = "--host",
            scope = ScopeType.INHERIT,
            paramLabel = "ENDPOINT",
            description = "The host agent to talk to: unix:PATH or tls://HOST:PORT. Default: the one of this machine.")
    private @Nullable String host;

    @Option(
            names = "--token-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Holds the token for a host agent over TLS.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Certificates to trust over TLS, in PEM.")
    private @Nullable Path authorities;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where in the program an error came from.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Describe the command.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    boolean json() {
        return output == OutputFormat.JSON;
    }

    boolean debug() {
        return debug;
    }

    /** The options first, then MULLIGAN_HOST, MULLIGAN_TOKEN_FILE and MULLIGAN_CA_FILE, then this machine's own. */
    Endpoint endpoint(Map<String, String> environment, HostDirectories state) {
        String named = host != null ? host : environment.getOrDefault("MULLIGAN_HOST", "");
        if (named.isEmpty()) {
            return new Endpoint.Unix(state.socket());
        }
        return Endpoint.parse(
                named,
                file(tokenFile, environment.get("MULLIGAN_TOKEN_FILE")),
                file(authorities, environment.get("MULLIGAN_CA_FILE")));
    }

    private static Optional<Path> file(@Nullable Path option, @Nullable String variable) {
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(variable)
                        .filter(text -> !text.isEmpty())
                        .map(Path::of));
    }
}
