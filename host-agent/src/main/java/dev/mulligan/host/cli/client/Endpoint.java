package dev.mulligan.host.cli.client;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a host agent answers. */
public sealed interface Endpoint {
    /** On this machine; the socket's permissions say who may. */
    record Unix(Path socket) implements Endpoint {
        @Override
        public String toString() {
            return "unix:" + socket;
        }
    }

    /**
     * Elsewhere, over TLS.
     *
     * @param tokenFile holds the token that the host agent asks for
     * @param authorities certificates (PEM) to trust instead of those that this machine trusts
     */
    record Tls(String host, int port, Path tokenFile, Optional<Path> authorities) implements Endpoint {
        @Override
        public String toString() {
            return "tls://" + host + ":" + port;
        }
    }

    /** Reads {@code unix:PATH} or {@code tls://HOST:PORT}. */
    static Endpoint parse(String text, Optional<Path> tokenFile, Optional<Path> authorities) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Unix(Path.of(text.substring("unix:".length())).toAbsolutePath());
        }
        try {
            URI uri = new URI(text);
            if ("tls".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
                return new Tls(
                        uri.getHost(),
                        uri.getPort(),
                        tokenFile.orElseThrow(() -> HostException.of(HostErrorCode.INVALID_ARGUMENT, "no token")
                                .value(text)
                                .expected("a file with the token that this host agent asks for")
                                .remedy("add --token-file FILE")
                                .build()),
                        authorities);
            }
        } catch (URISyntaxException malformed) {
            // Said below, together with everything else that is no endpoint.
        }
        throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "host")
                .value(text)
                .expected("unix:PATH or tls://HOST:PORT")
                .remedy("correct --host or MULLIGAN_HOST")
                .build();
    }
}
