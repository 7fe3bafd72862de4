package dev.mulligan.host.scope.file;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.scope.ChangeFacts;
import dev.mulligan.host.yaml.YamlDocument;
import java.util.List;

/** The form of a change in YAML, for asking what a scope says about it: {@code {kind: delete, path: notes/a.txt}}. */
public final class ChangeForm {
    private static final String EXPECTED = "a mapping with at least 'kind' and 'path'";
    private static final int LONGEST_PATH = 4096;

    private static final Key<ChangeFacts.Kind> KIND = Key.required(
            "kind", Labels.of("kind", ChangeFacts.Kind.values(), ChangeFacts.Kind::label), "What it does.");
    private static final Key<String> PATH = Key.required(
            "path",
            new Shapes.Text(1, LONGEST_PATH, ""),
            "On the host: absolute, or below the first folder that may be written to.");
    private static final Key<String> FROM =
            Key.optional("from", new Shapes.Text(1, LONGEST_PATH, ""), "The old path of what is renamed; likewise.");
    private static final Key<ChangeFacts.Type> TYPE = Key.optional(
            "type", Labels.of("type", ChangeFacts.Type.values(), ChangeFacts.Type::label), "What is changed.");
    private static final Key<Integer> SIZE =
            Key.optional("size", new Shapes.WholeNumber(0, Integer.MAX_VALUE), "In bytes, afterwards.");
    private static final Key<Integer> MODE = Key.optional(
            "mode",
            new Shapes.Text(3, 4, "^0?[0-7]{3}$").as(digits -> Integer.parseInt(digits, 8)),
            "Permissions afterwards, octal and in quotes.");

    private final Mapping<ChangeFacts> mapping;

    /** @param folder of the host, for paths that are not absolute */
    public ChangeForm(String folder) {
        mapping = new Mapping<>(
                List.of(KIND, PATH, FROM, TYPE, SIZE, MODE),
                taken -> new ChangeFacts(
                        taken.require(KIND),
                        absolute(folder, taken.require(PATH)),
                        taken.get(FROM).map(from -> absolute(folder, from)).orElse(""),
                        taken.get(TYPE).orElse(ChangeFacts.Type.FILE),
                        taken.get(SIZE).orElse(0),
                        taken.get(MODE).orElse(0)));
    }

    private static String absolute(String folder, String path) {
        return path.startsWith("/") ? path : folder + "/" + path;
    }

    /** Reads a text; {@code name} stands in complaints, which are {@code INVALID_ARGUMENT}. */
    public ChangeFacts read(String name, String text) {
        return mapping.read(new YamlDocument(name, "change", HostErrorCode.INVALID_ARGUMENT).parse(text, EXPECTED));
    }
}
