package dev.mulligan.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of a configuration file, read key by key; {@link #done} refuses what nobody asked for. Every complaint names
 * file, line and column.
 */
final class ConfigSection {
    private static final int LARGEST_FILE = 1 << 20;

    private final Path file;
    private final String path;
    private final Map<String, NodeTuple> left = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    private ConfigSection(Path file, String path, Optional<Node> node) {
        this.file = file;
        this.path = path;
        node.ifPresent(this::take);
    }

    /** A file that is missing or says nothing is an empty section. */
    static ConfigSection read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw HostException.of(HostErrorCode.BAD_CONFIG, "size of " + file)
                        .value(Files.size(file))
                        .expected("at most " + LARGEST_FILE + " bytes")
                        .build();
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setMaxAliasesForCollections(0)
                    .build();
            return new ConfigSection(file, "", new Compose(settings).composeString(Files.readString(file)));
        } catch (NoSuchFileException none) {
            return new ConfigSection(file, "", Optional.empty());
        } catch (MarkedYamlEngineException malformed) {
            String at = malformed
                    .getProblemMark()
                    .map(mark -> at(file, mark.getLine(), mark.getColumn()))
                    .orElse(file.toString());
            throw HostException.of(HostErrorCode.BAD_CONFIG, at + ": " + malformed.getProblem())
                    .expected("YAML")
                    .remedy("correct the file")
                    .build();
        } catch (IOException | YamlEngineException unreadable) {
            throw HostException.of(HostErrorCode.BAD_CONFIG, file + ": cannot be read")
                    .value(unreadable)
                    .expected("a text file of the user who runs the host agent")
                    .cause(unreadable)
                    .build();
        }
    }

    /** The section below a key; an empty one if there is none. */
    ConfigSection section(String key) {
        return new ConfigSection(file, path(key), Optional.ofNullable(find(key)).map(NodeTuple::getValueNode));
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** The names of the keys that are left, for sections whose keys the user chooses. */
    Set<String> keys() {
        return Set.copyOf(left.keySet());
    }

    /** A value, made of its text; what the reader complains about is reported with its place. */
    <T> Optional<T> value(String key, Function<String, T> reader) {
        NodeTuple tuple = find(key);
        if (tuple == null) {
            return Optional.empty();
        }
        Node node = tuple.getValueNode();
        if (!(node instanceof ScalarNode scalar)) {
            throw complaint(
                    node,
                    path(key),
                    "a " + node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT),
                    "one value");
        }
        try {
            return Optional.of(reader.apply(scalar.getValue()));
        } catch (HostException bad) {
            throw complaint(node, path(key), scalar.getValue(), bad.expected());
        } catch (RuntimeException bad) {
            throw complaint(node, path(key), scalar.getValue(), String.valueOf(bad.getMessage()));
        }
    }

    /** Refuses keys that nobody asked for. */
    void done() {
        left.values().stream().findFirst().ifPresent(tuple -> {
            Node key = tuple.getKeyNode();
            throw complaint(key, "unknown key", path(((ScalarNode) key).getValue()), String.join(", ", known));
        });
    }

    private void take(Node node) {
        if (node instanceof ScalarNode scalar && scalar.getValue().isEmpty()) {
            return; // "tcp:" and nothing below it
        }
        if (!(node instanceof MappingNode mapping)) {
            throw complaint(node, path.isEmpty() ? "configuration" : path, "no mapping", "keys with values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw complaint(tuple.getKeyNode(), "key", "no text", "a name");
            }
            if (left.put(key.getValue(), tuple) != null) {
                throw complaint(key, "duplicate key", path(key.getValue()), "each key once");
            }
        }
    }

    private @org.jspecify.annotations.Nullable NodeTuple find(String key) {
        known.add(key);
        return left.remove(key);
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private HostException complaint(Node node, String what, String value, String expected) {
        String at = node.getStartMark()
                .map(mark -> at(file, mark.getLine(), mark.getColumn()))
                .orElse(file.toString());
        return HostException.of(HostErrorCode.BAD_CONFIG, at + ": " + what)
                .value(value)
                .expected(expected)
                .remedy("correct the file")
                .build();
    }

    private static String at(Path file, int line, int column) {
        return file + ", line " + (line + 1) + ", column " + (column + 1);
    }
}
