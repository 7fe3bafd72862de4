package dev.mulligan.host;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Serving over TCP: only with TLS, and only for who brings a token.
 *
 * @param address where to listen
 * @param certificate PEM, the chain of the server
 * @param key PEM, PKCS #8, its private key
 * @param tokens name → the file that holds the token
 */
record TcpConfig(InetSocketAddress address, Path certificate, Path key, Map<String, Path> tokens) {
    TcpConfig {
        tokens = Map.copyOf(tokens);
    }

    /** Empty if the section is; {@code BAD_CONFIG} if TLS or the tokens are missing. */
    static Optional<TcpConfig> read(ConfigSection section) {
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Optional<InetSocketAddress> address = section.value("address", TcpConfig::address);
        Optional<Path> certificate = section.value("certificate", HostConfig::absolute);
        Optional<Path> key = section.value("key", HostConfig::absolute);
        ConfigSection named = section.section("tokens");
        Map<String, Path> tokens = new TreeMap<>();
        for (String name : named.keys()) {
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw HostException.of(HostErrorCode.BAD_CONFIG, "name of a token")
                        .value(name)
                        .expected("1 to 64 of A-Z, a-z, 0-9, _ and -")
                        .build();
            }
            named.value(name, HostConfig::absolute).ifPresent(file -> tokens.put(name, file));
        }
        named.done();
        section.done();
        if (certificate.isEmpty() || key.isEmpty() || tokens.isEmpty() || address.isEmpty()) {
            throw HostException.of(
                            HostErrorCode.BAD_CONFIG,
                            "tcp without "
                                    + (address.isEmpty()
                                            ? "address"
                                            : tokens.isEmpty() ? "tokens" : "certificate and key"))
                    .expected("address, certificate, key and at least one token: plain TCP is not served")
                    .remedy("complete the section tcp, or remove it to serve the unix socket only")
                    .build();
        }
        return Optional.of(new TcpConfig(address.get(), certificate.get(), key.get(), tokens));
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw HostConfig.invalid(text, "ADDRESS:PORT such as 127.0.0.1:7443");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(host, HostConfig.number(text.substring(colon + 1), 0, 65535));
    }
}
