package dev.mulligan.host.task;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 of what a call prints, for the record: one for each stream that it used. Not thread-safe. */
final class OutputDigests {
    private final Map<OutputStreamName, MessageDigest> digests = new EnumMap<>(OutputStreamName.class);

    void add(OutputStreamName stream, byte[] data, int length) {
        digests.computeIfAbsent(stream, OutputDigests::begin).update(data, 0, length);
    }

    /** {@code stdout_sha256} and {@code stderr_sha256}, in hex. Ends it. */
    Map<String, String> finish() {
        Map<String, String> hex = new TreeMap<>();
        digests.forEach((stream, digest) -> hex.put(
                stream.name().toLowerCase(Locale.ROOT) + "_sha256",
                HexFormat.of().formatHex(digest.digest())));
        digests.clear();
        return hex;
    }

    private static MessageDigest begin(OutputStreamName stream) {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
