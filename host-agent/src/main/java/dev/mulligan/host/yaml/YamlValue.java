package dev.mulligan.host.yaml;

import dev.mulligan.host.DurationText;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Suggestion;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value in a YAML file, read as the type that belongs there; a complaint with its place if it is another. */
public record YamlValue(YamlDocument document, Node node) {
    private static final int LONGEST_SHOWN = 40;

    /** A text. What YAML takes for a number or a truth value must be quoted, or it is a mistake. */
    public String text() {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
            return scalar.getValue();
        }
        HostException.Builder wrong = wrong("a text");
        throw node instanceof ScalarNode
                ? wrong.remedy("put it in quotes if it is meant so").build()
                : wrong.build();
    }

    /** A text, or a number as it is written: where an unquoted 10 can only be meant as "10". */
    public String word() {
        if (node instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
            return scalar.getValue();
        }
        return text();
    }

    /** True or false. */
    public boolean truth() {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        throw wrong("true or false").build();
    }

    /** A number without decimals. */
    public int wholeNumber(int least, int most) {
        String expected = "a whole number from " + least + " to " + most;
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)) {
            try {
                int number = Integer.parseInt(scalar.getValue());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException tooLarge) {
                throw wrong(expected).build();
            }
        }
        throw wrong(expected).build();
    }

    /** A number with at most three decimals, in thousandths. */
    public int thousandths(int least, int most) {
        String expected = "a number from "
                + BigDecimal.valueOf(least, 3).stripTrailingZeros().toPlainString() + " to "
                + BigDecimal.valueOf(most, 3).stripTrailingZeros().toPlainString();
        if (node instanceof ScalarNode scalar) {
            try {
                int number = new BigDecimal(scalar.getValue()).movePointRight(3).intValueExact();
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException | ArithmeticException noNumber) {
                throw wrong(expected).build();
            }
        }
        throw wrong(expected).build();
    }

    /** As {@link DurationText} reads it. */
    public Duration duration(Duration least, Duration most) {
        String expected = "a duration from " + seconds(least) + " to " + seconds(most) + ", such as 30s, 2m or 1h";
        try {
            Duration duration = DurationText.parse(word());
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (HostException malformed) {
            throw wrong(expected).build();
        }
        throw wrong(expected).build();
    }

    /** As {@link DataSize#parse} reads it. */
    public DataSize size(DataSize least, DataSize most) {
        String expected = "a size from " + least + " to " + most + ", such as 512Mi or 2Gi";
        try {
            DataSize size = DataSize.parse(word());
            if (size.compareTo(least) >= 0 && size.compareTo(most) <= 0) {
                return size;
            }
        } catch (HostException | VmException malformed) {
            throw wrong(expected).build();
        }
        throw wrong(expected).build();
    }

    /** One of these words. */
    public String oneOf(String what, List<String> words) {
        String word = text();
        if (words.contains(word)) {
            return word;
        }
        throw unknown(what, word, words);
    }

    /** An absolute path. */
    public String path() {
        String path = text();
        if (path.startsWith("/")) {
            return path;
        }
        throw wrong("an absolute path").build();
    }

    /** Whether it is a mapping. */
    public boolean isMap() {
        return node instanceof MappingNode;
    }

    /** Whether it is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** A mapping. */
    public YamlMap map(String expected) {
        if (node instanceof MappingNode mapping) {
            return new YamlMap(document, mapping);
        }
        throw wrong(expected).build();
    }

    /** A list of so many elements. */
    public List<YamlValue> list(String expected, int least, int most) {
        if (node instanceof SequenceNode sequence) {
            int size = sequence.getValue().size();
            if (size >= least && size <= most) {
                return sequence.getValue().stream()
                        .map(element -> new YamlValue(document, element))
                        .toList();
            }
            throw document.at(node, "wrong number of elements")
                    .value(size)
                    .expected(least + " to " + most + ": " + expected)
                    .build();
        }
        throw wrong(expected).build();
    }

    /** What is made of this value; a complaint about it gets the value's place. */
    public <T> T make(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (HostException bad) {
            throw bad.at(document.place(node));
        }
    }

    /** Starts a complaint that this is not what belongs here. */
    public HostException.Builder wrong(String expected) {
        return document.at(node, "wrong value").value(shown()).expected(expected);
    }

    HostException unknown(String what, String word, List<String> words) {
        HostException.Builder unknown =
                document.at(node, "unknown " + what).value(word).expected("one of " + String.join(", ", words));
        new Suggestion(words).of(word).ifPresent(meant -> unknown.remedy("did you mean '" + meant + "'?"));
        return unknown.build();
    }

    private String shown() {
        return switch (node) {
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "nothing";
            case ScalarNode scalar
            when scalar.getValue().length() > LONGEST_SHOWN -> scalar.getValue().substring(0, LONGEST_SHOWN) + "...";
            case ScalarNode scalar -> scalar.getValue();
            case SequenceNode list -> "a list";
            case MappingNode mapping -> "a mapping";
            default -> node.getNodeType().toString();
        };
    }

    private static String seconds(Duration duration) {
        return duration.toHours() > 0 ? duration.toHours() + "h" : duration.toSeconds() + "s";
    }
}
