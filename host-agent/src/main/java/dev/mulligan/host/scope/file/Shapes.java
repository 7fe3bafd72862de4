package dev.mulligan.host.scope.file;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.yaml.YamlValue;
import dev.mulligan.vm.DataSize;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The simple shapes. */
final class Shapes {
    /** As {@link dev.mulligan.host.DurationText} reads them. */
    private static final String DURATION = "^(\\d{1,6}d)?(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,9}s)?(\\d{1,9}ms)?$";

    /** As {@link DataSize#parse} reads them. */
    private static final String SIZE = "^\\d{1,15}\\s*(Ki|Mi|Gi|Ti)?B?$";

    private static final JsonMapper MAPPER = new JsonMapper();

    private Shapes() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode type(String type) {
        return object().put("type", type);
    }

    /** A text of so many characters; a pattern in its schema may be empty. */
    record Text(int least, int longest, String pattern) implements Shape<String> {
        @Override
        public String read(YamlValue value) {
            String text = value.text();
            if (text.length() < least || text.length() > longest) {
                throw value.wrong(least + " to " + longest + " characters, not " + text.length())
                        .build();
            }
            return text;
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("string").put("minLength", least).put("maxLength", longest);
            return pattern.isEmpty() ? schema : schema.put("pattern", pattern);
        }
    }

    /** One of a few words, each of which stands for something. */
    record Words<T>(String what, List<String> words, Map<String, T> meanings) implements Shape<T> {
        @Override
        public T read(YamlValue value) {
            return Objects.requireNonNull(meanings.get(value.oneOf(what, words)));
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("string");
            words.forEach(schema.putArray("enum")::add);
            return schema;
        }
    }

    record Truth() implements Shape<Boolean> {
        @Override
        public Boolean read(YamlValue value) {
            return value.truth();
        }

        @Override
        public ObjectNode schema() {
            return type("boolean");
        }
    }

    /** Its bounds are in no schema: JSON Schema cannot compare durations. */
    record Time(Duration least, Duration most) implements Shape<Duration> {
        @Override
        public Duration read(YamlValue value) {
            return value.duration(least, most);
        }

        @Override
        public ObjectNode schema() {
            return type("string").put("pattern", DURATION).put("minLength", 2);
        }
    }

    /** Its bounds are in the schema as far as it is a plain number of bytes. */
    record Size(DataSize least, DataSize most) implements Shape<DataSize> {
        @Override
        public DataSize read(YamlValue value) {
            return value.size(least, most);
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = object();
            schema.putArray("type").add("string").add("integer");
            return schema.put("pattern", SIZE).put("minimum", least.bytes()).put("maximum", most.bytes());
        }
    }

    record WholeNumber(int least, int most) implements Shape<Integer> {
        @Override
        public Integer read(YamlValue value) {
            return value.wholeNumber(least, most);
        }

        @Override
        public ObjectNode schema() {
            return type("integer").put("minimum", least).put("maximum", most);
        }
    }

    /** A number with at most three decimals. */
    record Thousandths(int least, int most) implements Shape<Integer> {
        @Override
        public Integer read(YamlValue value) {
            return value.thousandths(least, most);
        }

        @Override
        public ObjectNode schema() {
            return type("number")
                    .put("minimum", BigDecimal.valueOf(least, 3))
                    .put("maximum", BigDecimal.valueOf(most, 3))
                    .put("multipleOf", BigDecimal.valueOf(1, 3));
        }
    }

    record ListOf<T>(String what, Shape<T> element, int most) implements Shape<List<T>> {
        @Override
        public List<T> read(YamlValue value) {
            return value.list("a list of " + what, 0, most).stream()
                    .map(element::read)
                    .toList();
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = type("array").put("maxItems", most);
            schema.set("items", element.schema());
            return schema;
        }
    }
}
