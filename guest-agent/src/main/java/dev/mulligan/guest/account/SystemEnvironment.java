package dev.mulligan.guest.account;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /etc/environment} sets for everybody: where the image's builder puts the {@code ENV} of a Dockerfile. Lines
 * of {@code NAME=value}, the value perhaps in quotes, as pam_env(8) reads them; all others are passed over.
 */
final class SystemEnvironment {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

    private SystemEnvironment() {}

    /** Reads such a file. */
    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> environment = new TreeMap<>();
        // Not readAllLines: what is not UTF-8 must not keep every program from starting.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            String entry = line.strip().replaceFirst("^export\\s+", "");
            int equals = entry.indexOf('=');
            if (equals > 0 && entry.substring(0, equals).matches(NAME) && entry.indexOf(0) < 0) {
                environment.put(entry.substring(0, equals), unquoted(entry.substring(equals + 1)));
            }
        }
        return Map.copyOf(environment);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
