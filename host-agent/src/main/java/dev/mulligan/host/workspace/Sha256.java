package dev.mulligan.host.workspace;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 digest (FIPS 180-4) of a file's content: 32 bytes. */
public record Sha256(ByteString bytes) {
    private static final int SIZE = 32;

    public Sha256 {
        if (bytes.size() != SIZE) {
            throw new IllegalArgumentException("digest: " + bytes.size() + " bytes (expected: " + SIZE + ")");
        }
    }

    /** Of these bytes. */
    public static Sha256 of(ByteString content) {
        MessageDigest digest = digest();
        content.asReadOnlyByteBufferList().forEach(digest::update);
        return finish(digest);
    }

    /** From 64 hex digits. */
    public static Sha256 ofHex(String hex) {
        return new Sha256(ByteString.copyFrom(HexFormat.of().parseHex(hex)));
    }

    /** A digest to feed; see {@link #finish}. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** What the fed digest comes to. */
    public static Sha256 finish(MessageDigest digest) {
        return new Sha256(ByteString.copyFrom(digest.digest()));
    }

    /** As 64 lower-case hex digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public String toString() {
        return hex();
    }
}
