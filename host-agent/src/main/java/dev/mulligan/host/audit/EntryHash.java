package dev.mulligan.host.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 digest (FIPS 180-4), as 64 lower-case hex digits. */
public record EntryHash(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** What stands before the first entry. */
    public static final EntryHash NONE = new EntryHash("0".repeat(64));

    public EntryHash {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("hash: " + hex + " (expected: 64 lower-case hex digits)");
        }
    }

    /** Of the text's UTF-8 bytes. */
    public static EntryHash of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static EntryHash of(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new EntryHash(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
