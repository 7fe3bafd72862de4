package dev.mulligan.image.recipe;

import dev.mulligan.image.DiskSize;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.Imports;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a recipe's folder. What the recipe may not say is an error with line and column; a typo is never ignored. A
 * folder with only a Dockerfile is a recipe, too: called as the folder is, of the usual size, offering no tools.
 */
public final class RecipeReader {

    private static final SequencedSet<String> KEYS =
            new LinkedHashSet<>(List.of("name", "description", "size", "suite", "packages", "tools", "imports"));
    private static final SequencedSet<String> ANY = Collections.unmodifiableSequencedSet(new LinkedHashSet<>());
    private static final DiskSize USUAL_SIZE = DiskSize.parse("10Gi");
    private static final String DOCKERFILE = "Dockerfile";
    private static final int LARGEST_FILE = 1 << 20;

    /** Debian's own rule for names (Debian Policy, 5.6.1); keeps options and shell syntax out of command lines. */
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]{1,127}");

    private static final Pattern SUITE = Pattern.compile("[a-z]{3,32}");

    /** Whether a folder is one. */
    public static boolean isRecipe(Path folder) {
        return Files.isRegularFile(folder.resolve(Recipe.FILE)) || Files.isRegularFile(folder.resolve(DOCKERFILE));
    }

    /**
     * The recipe in a folder.
     *
     * @throws ImageException {@link Code#UNKNOWN_RECIPE} if there is none, {@link Code#BAD_RECIPE} if it is wrong
     */
    public Recipe read(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        Path file = absolute.resolve(Recipe.FILE);
        Path dockerfile = absolute.resolve(DOCKERFILE);
        if (!Files.exists(file) && Files.isRegularFile(dockerfile)) {
            return ofDockerfile(absolute, dockerfile);
        }
        YamlReader yaml = new YamlReader(file);
        Map<String, Node> entries = yaml.document(content(file, yaml), KEYS);

        RecipeSource source = source(absolute, entries, yaml);
        String name = yaml.text(required(entries, "name", yaml), "name");
        String description = yaml.text(required(entries, "description", yaml), "description");
        Node size = entries.get("size");
        DiskSize diskSize =
                size == null ? USUAL_SIZE : checked(size, yaml, node -> DiskSize.parse(yaml.text(node, "size")));
        Map<String, String> tools = tools(entries.get("tools"), yaml);
        Map<String, List<String>> imports = imports(entries.get("imports"), yaml);
        return checked(
                required(entries, "name", yaml),
                yaml,
                node -> new Recipe(name, description, absolute, diskSize, tools, imports, source));
    }

    private static Recipe ofDockerfile(Path folder, Path dockerfile) {
        String name = folder.getNameCount() == 0 ? "" : folder.getFileName().toString();
        try {
            return new Recipe(
                    name, "", folder, USUAL_SIZE, Map.of(), Map.of(), new RecipeSource.Dockerfile(dockerfile));
        } catch (IllegalArgumentException e) {
            Refusal refusal = Refusal.of(e);
            throw ImageException.of(Code.BAD_RECIPE, folder + " has no " + Recipe.FILE + ", so its own name counts")
                    .value(refusal.problem())
                    .expected(refusal.expected())
                    .remedy("rename the folder, or add a " + Recipe.FILE + " with \"name: …\" and \"description: …\"")
                    .cause(e)
                    .build();
        }
    }

    private static String content(Path file, YamlReader yaml) {
        if (!Files.isRegularFile(file)) {
            throw ImageException.of(Code.UNKNOWN_RECIPE, "recipe")
                    .value(String.valueOf(file.getParent()))
                    .expected("a folder with a " + Recipe.FILE + " or a " + DOCKERFILE)
                    .remedy("`mulligan image list` shows the recipes that Mulligan brings")
                    .build();
        }
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw yaml.bad("1:1", size + " bytes", "at most " + LARGEST_FILE);
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw yaml.bad("1:1", "bytes that are no UTF-8", "UTF-8");
        } catch (IOException e) {
            throw ImageException.of(Code.UNKNOWN_RECIPE, "recipe")
                    .value(file + " cannot be read: " + e)
                    .expected("a file that Mulligan may read")
                    .cause(e)
                    .build();
        }
    }

    private static RecipeSource source(Path folder, Map<String, Node> entries, YamlReader yaml) {
        Path dockerfile = folder.resolve(DOCKERFILE);
        Node packages = entries.get("packages");
        Node suite = entries.get("suite");
        boolean hasDockerfile = Files.isRegularFile(dockerfile);
        if (packages == null) {
            if (suite != null) {
                throw yaml.bad(suite, "suite without packages", "both, or a Dockerfile and neither");
            }
            if (!hasDockerfile) {
                throw yaml.bad("1:1", "neither packages nor a Dockerfile", "one of them", "add a Dockerfile");
            }
            return new RecipeSource.Dockerfile(dockerfile);
        }
        if (hasDockerfile) {
            throw yaml.bad(packages, "packages beside a Dockerfile", "one of them", "remove one");
        }
        List<String> names = yaml.texts(packages, "packages");
        for (String name : names) {
            mustMatch(PACKAGE, name, packages, "packages", "names of Debian packages", yaml);
        }
        if (suite == null) {
            throw yaml.bad(packages, "packages without suite", "both", "add \"suite: trixie\"");
        }
        String suiteName = yaml.text(suite, "suite");
        mustMatch(SUITE, suiteName, suite, "suite", "a Debian code name such as trixie", yaml);
        return checked(packages, yaml, node -> new RecipeSource.Packages(suiteName, names));
    }

    private static Map<String, String> tools(@Nullable Node node, YamlReader yaml) {
        Map<String, String> tools = new LinkedHashMap<>();
        if (node != null) {
            yaml.mapping(node, "tools", ANY).forEach((tool, value) -> {
                String name = yaml.text(value, "the package of tool " + tool);
                mustMatch(PACKAGE, name, value, "the package of tool " + tool, "the name of a Debian package", yaml);
                tools.put(tool, name);
            });
        }
        return tools;
    }

    private static Map<String, List<String>> imports(@Nullable Node node, YamlReader yaml) {
        Map<String, List<String>> imports = new LinkedHashMap<>();
        if (node != null) {
            yaml.mapping(node, "imports", Imports.LANGUAGES).forEach((language, value) -> {
                String what = "the imports of " + language;
                List<String> modules = yaml.texts(value, what);
                modules.forEach(
                        module -> must(Imports.isModule(module), module, value, what, "names of modules", yaml));
                imports.put(language, modules);
            });
        }
        return imports;
    }

    private static Node required(Map<String, Node> entries, String key, YamlReader yaml) {
        Node node = entries.get(key);
        if (node == null) {
            throw yaml.bad("1:1", "no " + key, "\"" + key + ": …\"", "add it");
        }
        return node;
    }

    private static void mustMatch(
            Pattern pattern, String value, Node node, String what, String expected, YamlReader yaml) {
        must(pattern.matcher(value).matches(), value, node, what, expected, yaml);
    }

    private static void must(boolean good, String value, Node node, String what, String expected, YamlReader yaml) {
        if (!good) {
            throw yaml.bad(node, what + ": \"" + value + "\"", expected);
        }
    }

    /** What a record refuses is told with the place of the node that it was made from. */
    private static <T> T checked(Node node, YamlReader yaml, Function<Node, T> make) {
        try {
            return make.apply(node);
        } catch (IllegalArgumentException e) {
            Refusal refusal = Refusal.of(e);
            throw yaml.bad(node, refusal.problem(), refusal.expected());
        }
    }

    /** What a record says of a value: {@code problem (expected: …)}, in its parts. */
    private record Refusal(String problem, String expected) {

        private static final Pattern FORM = Pattern.compile("(?s)(.*) \\(expected: (.*)\\)");

        static Refusal of(IllegalArgumentException thrown) {
            String message = String.valueOf(thrown.getMessage());
            Matcher matcher = FORM.matcher(message);
            return matcher.matches() ? new Refusal(matcher.group(1), matcher.group(2)) : new Refusal(message, "");
        }
    }
}
