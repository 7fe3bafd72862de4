package dev.mulligan.image.recipe;

import dev.mulligan.image.Digest;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cache key of a recipe: the digest of every file in its folder (path, kind, executable bit, content) and of
 * whatever else goes into the image. The time and the place of a file do not count.
 */
public final class RecipeDigest {

    private RecipeDigest() {}

    /**
     * The digest of a recipe and what goes in with it.
     *
     * @param others what goes in besides the folder, in a fixed order: "guest agent sha256:…"
     */
    public static Digest of(Recipe recipe, List<String> others) {
        StringBuilder lines = new StringBuilder();
        try (Stream<Path> walk = Files.walk(recipe.folder())) {
            walk.filter(path -> !path.equals(recipe.folder()))
                    .map(path -> line(recipe.folder(), path))
                    .sorted()
                    .forEach(lines::append);
        } catch (IOException | UncheckedIOException e) {
            throw ImageException.of(Code.UNKNOWN_RECIPE, "recipe")
                    .value(recipe.folder() + " cannot be read whole: " + e.getMessage())
                    .expected("files that Mulligan may read")
                    .cause(e)
                    .build();
        }
        for (String other : others) {
            lines.append(other).append('\n');
        }
        return Digest.of(lines.toString());
    }

    private static String line(Path folder, Path path) {
        // A NUL cannot be in a path: no two folders give the same lines.
        String name = folder.relativize(path).toString() + '\0';
        try {
            if (Files.isSymbolicLink(path)) {
                return name + "link " + Files.readSymbolicLink(path) + '\0';
            }
            if (Files.isDirectory(path)) {
                return name + "folder\n";
            }
            if (!Files.isRegularFile(path)) {
                return name + "other\n";
            }
            return name + (Files.isExecutable(path) ? "program " : "file ") + Digest.of(path) + '\n';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
