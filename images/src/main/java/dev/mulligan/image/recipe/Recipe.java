package dev.mulligan.image.recipe;

import static java.util.Objects.requireNonNull;

import dev.mulligan.image.DiskSize;
import dev.mulligan.image.Imports;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What goes into an image: a folder with a {@code recipe.yaml}, or a Dockerfile, or both; not both a Dockerfile and a
 * list of packages.
 *
 * @param name lower-case letters, digits and hyphens, at most 63; also the image's name
 * @param description one line; empty if the folder has only a Dockerfile
 * @param folder absolute
 * @param diskSize how large the disk looks from inside
 * @param tools what the image offers → the Debian package whose version it has
 * @param imports language of the interpreters that stand ready ({@link Imports#LANGUAGES}) → modules that these have imported
 *     already when a sandbox first uses them
 * @param source what the root file system is made from
 */
public record Recipe(
        String name,
        String description,
        Path folder,
        DiskSize diskSize,
        Map<String, String> tools,
        Map<String, List<String>> imports,
        RecipeSource source) {

    /** The name of the file that describes a recipe. */
    public static final String FILE = "recipe.yaml";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    public Recipe {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: \"" + name
                    + "\" (expected: a lower-case letter, then letters, digits and hyphens, at most 63 in all)");
        }
        requireNonNull(description, "description");
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("folder: " + folder + " (expected: an absolute path)");
        }
        requireNonNull(diskSize, "diskSize");
        tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
        if (!Imports.LANGUAGES.containsAll(imports.keySet())) {
            throw new IllegalArgumentException(
                    "imports: " + imports.keySet() + " (expected: of " + Imports.LANGUAGES + ")");
        }
        Map<String, List<String>> copies = new LinkedHashMap<>();
        imports.forEach((language, modules) -> copies.put(language, List.copyOf(modules)));
        imports = Collections.unmodifiableMap(copies);
        requireNonNull(source, "source");
    }
}
