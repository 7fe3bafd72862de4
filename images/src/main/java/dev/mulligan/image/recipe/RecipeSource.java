package dev.mulligan.image.recipe;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/** What the root file system is made from. */
public sealed interface RecipeSource {

    /**
     * Debian packages, installed by mmdebstrap without Docker.
     *
     * @param suite of Debian: {@code trixie}
     * @param packages not empty
     */
    record Packages(String suite, List<String> packages) implements RecipeSource {

        public Packages {
            requireNonNull(suite, "suite");
            packages = List.copyOf(packages);
            if (packages.isEmpty()) {
                throw new IllegalArgumentException("packages: [] (expected: at least one)");
            }
        }
    }

    /**
     * A Dockerfile, with its folder as the build's context.
     *
     * @param file lies in the recipe's folder
     */
    record Dockerfile(Path file) implements RecipeSource {

        public Dockerfile {
            requireNonNull(file, "file");
        }
    }
}
