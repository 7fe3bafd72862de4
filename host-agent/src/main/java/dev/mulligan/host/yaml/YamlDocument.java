package dev.mulligan.host.yaml;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A YAML text, and what it is called in messages.
 *
 * @param name usually the file's
 * @param what is written in it: "task", "scope"
 * @param code of complaints about it
 */
public record YamlDocument(String name, String what, HostErrorCode code) {
    /** In characters or bytes: more than a message to the host agent could carry. */
    public static final int LARGEST = 4 << 20;

    /** Reads a stream to its end, in UTF-8, and its one value. */
    public YamlValue read(InputStream input, String expected) throws IOException {
        byte[] bytes = input.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw at(1, 1, what + " file that is too large")
                    .value("more than " + LARGEST + " bytes")
                    .expected("at most that")
                    .build();
        }
        try {
            return parse(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    expected);
        } catch (CharacterCodingException malformed) {
            throw at(1, 1, what + " file that is no UTF-8").expected("UTF-8").build();
        }
    }

    /**
     * The text's one value; a complaint if it is no YAML or empty.
     *
     * @param expected what should stand in it
     */
    public YamlValue parse(String text, String expected) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setUseMarks(true)
                .setCodePointLimit(LARGEST)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            return new YamlValue(
                    this,
                    root.orElseThrow(() -> at(1, 1, "empty " + what + " file")
                            .expected(expected)
                            .build()));
        } catch (MarkedYamlEngineException malformed) {
            Mark mark = malformed.getProblemMark().or(malformed::getContextMark).orElse(null);
            throw at(mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1, "not YAML")
                    .value(malformed.getProblem())
                    .expected("YAML 1.2, one document")
                    .build();
        } catch (YamlEngineException malformed) {
            throw at(1, 1, "not YAML")
                    .value(firstLine(malformed))
                    .expected("YAML 1.2, one document of at most " + LARGEST + " characters")
                    .build();
        }
    }

    /** Starts a complaint about a place, lines and columns from 1. */
    HostException.Builder at(int line, int column, String what) {
        return HostException.of(code, name + ":" + line + ":" + column + ": " + what);
    }

    HostException.Builder at(Node node, String what) {
        return HostException.of(code, place(node) + ": " + what);
    }

    /** {@code task.yaml:3:7}. */
    String place(Node node) {
        return name
                + node.getStartMark()
                        .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                        .orElse(":1:1");
    }

    private static String firstLine(YamlEngineException malformed) {
        return String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
    }
}
