package dev.mulligan.host.scope.file;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.yaml.YamlMap;
import dev.mulligan.host.yaml.YamlValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mapping of these keys and no others.
 *
 * @param make makes the value of what stood there
 */
record Mapping<T>(List<Key<?>> keys, Function<Mapping.Taken, T> make) implements Shape<T> {
    Mapping {
        keys = List.copyOf(keys);
    }

    @Override
    public T read(YamlValue value) {
        String names = keys.stream().map(Key::name).collect(Collectors.joining(", "));
        YamlMap map = value.map("a mapping of " + names);
        Map<Key<?>, YamlValue> written = new HashMap<>();
        keys.forEach(key -> map.take(key.name()).ifPresent(found -> written.put(key, found)));
        // First, for a key that nobody knows is more likely a misspelt one than an extra one.
        map.done();
        keys.stream().filter(Key::required).forEach(key -> map.require(key.name()));
        Map<Key<?>, Object> values = new HashMap<>();
        for (Key<?> key : keys) {
            YamlValue found = written.get(key);
            if (found != null) {
                values.put(key, key.shape().read(found));
            }
        }
        return value.make(() -> make.apply(new Taken(values)));
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = Shapes.type("object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        for (Key<?> key : keys) {
            properties.set(key.name(), key.shape().schema().put("description", key.description()));
        }
        List<String> required =
                keys.stream().filter(Key::required).map(Key::name).toList();
        if (!required.isEmpty()) {
            ArrayNode names = schema.putArray("required");
            required.forEach(names::add);
        }
        return schema;
    }

    /** What stood there. */
    record Taken(Map<Key<?>, Object> values) {
        @SuppressWarnings("unchecked") // Each value was read by the shape of its key.
        <T> Optional<T> get(Key<T> key) {
            return Optional.ofNullable((T) values.get(key));
        }

        <T> T require(Key<T> key) {
            return get(key).orElseThrow();
        }
    }
}
