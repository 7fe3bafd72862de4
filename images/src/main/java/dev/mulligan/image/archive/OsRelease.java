package dev.mulligan.image.archive;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operating system says about itself: os-release(5).
 *
 * @param id lower-case: {@code debian}; empty if it says nothing
 * @param idLike what it descends from, nearest first
 * @param prettyName for people
 */
public record OsRelease(String id, List<String> idLike, String prettyName) {

    /** The paths where it lies in a root file system, the real file first. */
    public static final List<String> PATHS = List.of("usr/lib/os-release", "etc/os-release");

    public OsRelease {
        idLike = List.copyOf(idLike);
    }

    public static OsRelease parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                values.put(
                        line.substring(0, equals).strip(),
                        unquoted(line.substring(equals + 1).strip()));
            }
        }
        String id = values.getOrDefault("ID", "");
        List<String> idLike = Arrays.stream(values.getOrDefault("ID_LIKE", "").split(" "))
                .filter(word -> !word.isEmpty())
                .toList();
        return new OsRelease(id, idLike, values.getOrDefault("PRETTY_NAME", id));
    }

    /** Whether it has apt and Debian's names of packages. */
    public boolean descendsFromDebian() {
        return id.equals("debian") || id.equals("ubuntu") || idLike.contains("debian") || idLike.contains("ubuntu");
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(0) == value.charAt(value.length() - 1);
        return quoted ? value.substring(1, value.length() - 1).replace("\\", "") : value;
    }
}
