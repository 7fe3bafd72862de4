package dev.mulligan.host.cli.taskfile;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
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
 */
record YamlDocument(String name) {
    /** The text's one value; BAD_TASK if it is no YAML or empty. */
    YamlValue parse(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setUseMarks(true)
                .setCodePointLimit(TaskFile.LARGEST)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            return new YamlValue(
                    this,
                    root.orElseThrow(() -> at(1, 1, "empty task file")
                            .expected("a mapping with at least 'calls'")
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
                    .expected("YAML 1.2, one document of at most " + TaskFile.LARGEST + " characters")
                    .build();
        }
    }

    /** Starts a complaint about a place, lines and columns from 1. */
    HostException.Builder at(int line, int column, String what) {
        return HostException.of(HostErrorCode.BAD_TASK, name + ":" + line + ":" + column + ": " + what);
    }

    HostException.Builder at(Node node, String what) {
        return node.getStartMark()
                .map(mark -> at(mark.getLine() + 1, mark.getColumn() + 1, what))
                .orElseGet(() -> at(1, 1, what));
    }

    private static String firstLine(YamlEngineException malformed) {
        return String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
    }
}
