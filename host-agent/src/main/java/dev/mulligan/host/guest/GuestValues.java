package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import dev.mulligan.proto.guest.v1.FileInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Takes values from a guest's answers, and refuses those that cannot be. */
final class GuestValues {
    private static final long MOST_SECONDS = 1L << 36;
    private static final int NANOS = 1_000_000_000;
    private static final int MOST_WORDS = 256;
    private static final int LONGEST_WORD = 200;

    private GuestValues() {}

    /** @param expected what the path may be: a guest must not answer for another one */
    static GuestFile file(FileInfo info, Predicate<GuestPath> expected, GuestCall call) {
        GuestPath path = path(info.getPath(), expected, call);
        require(info.getSize() >= 0, "size " + info.getSize(), call);
        require((info.getMode() & ~07777) == 0, "mode " + Integer.toOctalString(info.getMode()), call);
        require(info.getLinkTarget().size() <= GuestPath.MAXIMUM_BYTES, "a link of over 4096 bytes", call);
        GuestFile.Type type = switch (info.getType()) {
            case REGULAR -> GuestFile.Type.REGULAR;
            case DIRECTORY -> GuestFile.Type.DIRECTORY;
            case SYMBOLIC_LINK -> GuestFile.Type.SYMBOLIC_LINK;
            case OTHER -> GuestFile.Type.OTHER;
            case TYPE_UNSPECIFIED, UNRECOGNIZED -> throw GuestErrors.misbehaved(call, "a file without a type");
        };
        return new GuestFile(
                path,
                type,
                info.getSize(),
                info.getMode(),
                info.getUid(),
                info.getGid(),
                instant(info.getModified(), call),
                Printable.of(info.getLinkTarget()));
    }

    static GuestPath path(ByteString raw, Predicate<GuestPath> expected, GuestCall call) {
        GuestPath path;
        try {
            path = GuestPath.ofBytes(raw);
        } catch (HostException bad) {
            throw GuestErrors.misbehaved(call, bad.getMessage());
        }
        require(expected.test(path), "an answer about " + Printable.of(path.toString(), LONGEST_WORD), call);
        return path;
    }

    static Duration duration(com.google.protobuf.Duration value, GuestCall call) {
        require(
                value.getSeconds() >= 0
                        && value.getSeconds() <= MOST_SECONDS
                        && value.getNanos() >= 0
                        && value.getNanos() < NANOS,
                "a duration of " + value.getSeconds() + " s " + value.getNanos() + " ns",
                call);
        return Duration.ofSeconds(value.getSeconds(), value.getNanos());
    }

    static Instant instant(Timestamp value, GuestCall call) {
        require(
                Math.abs(value.getSeconds()) <= MOST_SECONDS && value.getNanos() >= 0 && value.getNanos() < NANOS,
                "a time of " + value.getSeconds() + " s " + value.getNanos() + " ns",
                call);
        return Instant.ofEpochSecond(value.getSeconds(), value.getNanos());
    }

    /** Short harmless text. */
    static String word(String text) {
        return Printable.of(text, LONGEST_WORD);
    }

    /** A few short harmless texts; the rest is left out. */
    static Map<String, String> words(Map<String, String> texts) {
        Map<String, String> words = new TreeMap<>();
        texts.entrySet().stream()
                .limit(MOST_WORDS)
                .forEach(entry -> words.put(word(entry.getKey()), word(entry.getValue())));
        return words;
    }

    /** A few short harmless texts; the rest is left out. */
    static Set<String> words(List<String> texts) {
        return texts.stream().limit(MOST_WORDS).map(GuestValues::word).collect(Collectors.toSet());
    }

    static void require(boolean kept, String broken, GuestCall call) {
        if (!kept) {
            throw GuestErrors.misbehaved(call, broken);
        }
    }
}
