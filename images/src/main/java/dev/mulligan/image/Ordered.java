package dev.mulligan.image;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Immutable maps sorted by key, so that what is written from them is the same every time. */
final class Ordered {

    private Ordered() {}

    static <V> Map<String, V> copyOf(Map<String, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
