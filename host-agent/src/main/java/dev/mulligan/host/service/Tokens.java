package dev.mulligan.host.service;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The bearer tokens that open the TCP port, by name. Kept as digests. */
public final class Tokens {
    private static final int SHORTEST = 16;
    private static final int LARGEST_FILE = 4096;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Map<String, byte[]> digests = new LinkedHashMap<>();

    /**
     * Reads each token from its file, which must be its owner's alone.
     *
     * @throws HostException {@code BAD_CONFIG}
     */
    public static Tokens read(Map<String, Path> files) {
        Tokens tokens = new Tokens();
        files.forEach((name, file) -> tokens.digests.put(name, digest(token(name, file))));
        return tokens;
    }

    /** The name of the token. Takes as long for every wrong one, and looks at all of them every time. */
    Optional<String> nameOf(String token) {
        byte[] given = digest(token);
        String found = null;
        for (Map.Entry<String, byte[]> entry : digests.entrySet()) {
            // Digests, so that the length of a token does not show either.
            if (MessageDigest.isEqual(entry.getValue(), given)) {
                found = entry.getKey();
            }
        }
        return Optional.ofNullable(found);
    }

    private static String token(String name, Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw bad(name, file, "a file with mode 0600", "chmod 600 " + file);
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw bad(name, file, "at most " + LARGEST_FILE + " bytes", "write one token into it");
            }
            String token = Files.readString(file).strip();
            if (token.length() < SHORTEST || !token.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
                throw bad(
                        name,
                        file,
                        "at least " + SHORTEST + " printable ASCII characters without spaces",
                        "openssl rand -hex 32 > " + file);
            }
            return token;
        } catch (IOException unreadable) {
            throw bad(name, file, "a readable file", "create it (" + unreadable + ")");
        }
    }

    private static HostException bad(String name, Path file, String expected, String remedy) {
        return HostException.of(HostErrorCode.BAD_CONFIG, "file of token " + name)
                .value(file)
                .expected(expected)
                .remedy(remedy)
                .build();
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
