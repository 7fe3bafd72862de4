package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One value in several representations, by MIME type. It comes from a guest: nothing is known of what is in it.
 *
 * @param data in the order of the types
 */
public record MimeBundle(Map<String, ByteString> data) {
    private static final String TEXT = "text/plain";

    public MimeBundle {
        data = java.util.Collections.unmodifiableMap(new TreeMap<>(data));
    }

    /** As text, if it has one; what is not UTF-8 in it is replaced. */
    public Optional<String> text() {
        return Optional.ofNullable(data.get(TEXT)).map(bytes -> bytes.toString(StandardCharsets.UTF_8));
    }

    /** In bytes, types included. */
    public long size() {
        return data.entrySet().stream()
                .mapToLong(entry -> entry.getKey().length() + entry.getValue().size())
                .sum();
    }
}
