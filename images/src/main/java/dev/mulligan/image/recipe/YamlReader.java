package dev.mulligan.image.recipe;

import dev.mulligan.image.ImageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads YAML as a tree whose every node knows its place, so that every complaint names line and column. */
final class YamlReader {

    private final Path file;

    YamlReader(Path file) {
        this.file = file;
    }

    /** The document: a mapping, in its order, whose keys are among {@code allowed}. */
    Map<String, Node> document(String text, SequencedSet<String> allowed) {
        try {
            Node node = new Compose(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .composeString(text)
                    .orElseThrow(() -> bad("1:1", "nothing", "keys and values, \"name: …\" first"));
            return mapping(node, "the recipe", allowed);
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark().map(YamlReader::place).orElse("1:1");
            throw bad(place, e.getProblem(), "YAML");
        } catch (YamlEngineException e) {
            throw bad("1:1", String.valueOf(e.getMessage()), "YAML");
        }
    }

    /** A mapping; an empty {@code allowed} allows every key. */
    Map<String, Node> mapping(Node node, String what, SequencedSet<String> allowed) {
        if (!(node instanceof MappingNode mapping)) {
            throw bad(node, what + " is " + describe(node), "keys and values");
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            String key = text(keyNode, "a key");
            if (!allowed.isEmpty() && !allowed.contains(key)) {
                throw bad(keyNode, "unknown key \"" + key + "\"", String.join(", ", allowed));
            }
            if (entries.put(key, tuple.getValueNode()) != null) {
                throw bad(keyNode, "key \"" + key + "\" for the second time", "once", "remove one");
            }
        }
        return entries;
    }

    List<String> texts(Node node, String what) {
        if (!(node instanceof SequenceNode sequence)) {
            throw bad(node, what + " is " + describe(node), "a list");
        }
        List<String> texts = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            texts.add(text(item, "an item of " + what));
        }
        return texts;
    }

    String text(Node node, String what) {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw bad(node, what + " is " + describe(node), "a text");
        }
        return scalar.getValue().strip();
    }

    ImageException bad(Node node, String problem, String expected) {
        return bad(place(node), problem, expected);
    }

    ImageException bad(Node node, String problem, String expected, String remedy) {
        return bad(place(node), problem, expected, remedy);
    }

    ImageException bad(String place, String problem, String expected) {
        return bad(place, problem, expected, "");
    }

    ImageException bad(String place, String problem, String expected, String remedy) {
        return ImageException.of(ImageException.Code.BAD_RECIPE, file + ":" + place)
                .value(problem)
                .expected(expected)
                .remedy(remedy)
                .build();
    }

    private static String place(Node node) {
        return node.getStartMark().map(YamlReader::place).orElse("1:1");
    }

    private static String place(Mark mark) {
        return (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }

    private static String describe(Node node) {
        return switch (node) {
            case MappingNode mapping -> "a mapping";
            case SequenceNode sequence -> "a list";
            case ScalarNode scalar when scalar.getValue().isBlank() -> "empty";
            case ScalarNode scalar -> "\"" + scalar.getValue() + "\"";
            default -> "an alias";
        };
    }
}
