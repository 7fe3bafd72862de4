package dev.mulligan.host.yaml;

import dev.mulligan.host.HostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** A mapping whose keys are taken one after another; what nobody asked for is a mistake. */
public final class YamlMap {
    private final YamlDocument document;
    private final MappingNode node;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    YamlMap(YamlDocument document, MappingNode node) {
        this.document = document;
        this.node = node;
        for (NodeTuple entry : node.getValue()) {
            String key = new YamlValue(document, entry.getKeyNode()).word();
            if (entries.put(key, entry) != null) {
                throw document.at(entry.getKeyNode(), "key that is there twice")
                        .value(key)
                        .expected("each key once")
                        .build();
            }
        }
    }

    /** The value of that key, which is known from now on. */
    public Optional<YamlValue> take(String key) {
        known.add(key);
        return Optional.ofNullable(entries.get(key)).map(entry -> new YamlValue(document, entry.getValueNode()));
    }

    /** The value of that key, which must be there. */
    public YamlValue require(String key) {
        return take(key).orElseThrow(() -> missing("'" + key + "'"));
    }

    /** The only one of these keys that is there; every other key must have been taken before. */
    public String exactlyOne(String what, List<String> keys) {
        known.addAll(keys);
        List<String> present = keys.stream().filter(entries::containsKey).toList();
        if (present.size() > 1) {
            throw document.at(keyNode(present.get(1)), "more than one " + what)
                    .value(String.join(", ", present))
                    .expected("one of " + String.join(", ", keys))
                    .build();
        }
        if (present.isEmpty()) {
            // A key that nobody knows is more likely a misspelt one than an extra one.
            entries.keySet().stream()
                    .filter(key -> !known.contains(key))
                    .findFirst()
                    .ifPresent(key -> {
                        throw new YamlValue(document, keyNode(key)).unknown(what, key, keys);
                    });
            throw missing("one of " + String.join(", ", keys));
        }
        return present.getFirst();
    }

    /** Every entry, where keys are free. */
    public Map<String, YamlValue> all() {
        Map<String, YamlValue> all = new LinkedHashMap<>();
        entries.forEach((key, entry) -> all.put(key, new YamlValue(document, entry.getValueNode())));
        return all;
    }

    /** Nothing else may be here. */
    public void done() {
        entries.keySet().stream()
                .filter(key -> !known.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new YamlValue(document, keyNode(key)).unknown("key", key, new ArrayList<>(known));
                });
    }

    /** Starts a complaint about that key. */
    public HostException.Builder complain(String key, String what) {
        return document.at(keyNode(key), what);
    }

    private HostException missing(String expected) {
        return document.at(node, "missing key").expected(expected).build();
    }

    private Node keyNode(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null ? node : entry.getKeyNode();
    }
}
