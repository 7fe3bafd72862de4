package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.ExecStart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is below {@value #HOME} of a sandbox at one moment: names, and of each its type, mode, size and times. Contents
 * are not compared, nor is anything elsewhere. A change that leaves size and both times as they were is not seen; only
 * root could make one.
 *
 * @param entries from path to facts; of directories only those that do not change with what is in them
 */
record HomeListing(Map<String, String> entries) {
    static final String HOME = "/home/agent";

    private static final int FIELDS = 6;

    HomeListing {
        entries = Map.copyOf(entries);
    }

    /** The program that prints it: find(1), as root, so that nothing hides. */
    static ExecStart program(String sandbox) {
        return ExecStart.newBuilder()
                .setSandbox(sandbox)
                .setRoot(true)
                .addAllArguments(List.of("find", HOME, "-xdev", "-mindepth", "1", "-printf", "%y %m %s %T@ %C@ %P\\0"))
                .build();
    }

    /** Reads what that printed; what does not look so is left out. */
    static HomeListing read(ByteString printed) {
        Map<String, String> entries = new TreeMap<>();
        // Paths are bytes: one character each, and no two of them become the same.
        for (String line : printed.toString(StandardCharsets.ISO_8859_1).split("\0", -1)) {
            String[] fields = line.split(" ", FIELDS);
            if (fields.length == FIELDS) {
                boolean directory = fields[0].equals("d");
                entries.put(
                        fields[FIELDS - 1],
                        directory ? "d " + fields[1] : line.substring(0, line.length() - fields[FIELDS - 1].length()));
            }
        }
        return new HomeListing(entries);
    }

    /** What has become of it since. */
    HomeChanges until(HomeListing after) {
        List<String> created = new ArrayList<>();
        List<String> modified = new ArrayList<>();
        List<String> deleted = new ArrayList<>();
        new TreeMap<>(after.entries).forEach((path, facts) -> {
            String before = entries.get(path);
            if (before == null) {
                created.add(shown(path));
            } else if (!before.equals(facts)) {
                modified.add(shown(path));
            }
        });
        new TreeMap<>(entries)
                .keySet().stream()
                        .filter(path -> !after.entries.containsKey(path))
                        .map(HomeListing::shown)
                        .forEach(deleted::add);
        return new HomeChanges(created, modified, deleted);
    }

    private static String shown(String path) {
        return new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
