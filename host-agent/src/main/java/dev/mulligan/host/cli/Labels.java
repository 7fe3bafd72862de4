package dev.mulligan.host.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels for people: {@code a=1, b=2}. */
record Labels(Map<String, String> labels) {
    static String text(Map<String, String> labels) {
        return new Labels(labels).toString();
    }

    @Override
    public String toString() {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(", "));
    }
}
