package dev.mulligan.host.cli.taskfile;

import dev.mulligan.host.DurationText;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value in a task file, read as the type that belongs there; BAD_TASK with its place if it is another. */
record YamlValue(YamlDocument document, Node node) {
    private static final int LONGEST_SHOWN = 40;

    /** A text. What YAML takes for a number or a truth value must be quoted, or it is a mistake. */
    String text() {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
            return scalar.getValue();
        }
        HostException.Builder wrong = wrong("a text");
        throw node instanceof ScalarNode
                ? wrong.remedy("put it in quotes if it is meant so").build()
                : wrong.build();
    }

    /** A text, or a number as it is written: where an unquoted 10 can only be meant as "10". */
    String word() {
        if (node instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
            return scalar.getValue();
        }
        return text();
    }

    boolean truth() {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        throw wrong("true or false").build();
    }

    int wholeNumber(int least, int most) {
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
    int thousandths(int least, int most) {
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

    Duration duration(Duration least, Duration most) {
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

    DataSize size(DataSize least, DataSize most) {
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
    String oneOf(String what, List<String> words) {
        String word = text();
        if (words.contains(word)) {
            return word;
        }
        throw unknown(what, word, words);
    }

    /** An absolute path. */
    String path() {
        String path = text();
        if (path.startsWith("/")) {
            return path;
        }
        throw wrong("an absolute path").build();
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    YamlMap map(String expected) {
        if (node instanceof MappingNode mapping) {
            return new YamlMap(document, mapping);
        }
        throw wrong(expected).build();
    }

    List<YamlValue> list(String expected, int least, int most) {
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

    /** Starts a complaint that this is not what belongs here. */
    HostException.Builder wrong(String expected) {
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
