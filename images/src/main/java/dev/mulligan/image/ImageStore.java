package dev.mulligan.image;

import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.build.BuildPlan;
import dev.mulligan.image.build.BuildPlanner;
import dev.mulligan.image.recipe.Recipe;
import dev.mulligan.image.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All images of a host: finds, builds and deletes them. The door of this module.
 *
 * <p>Everything is in one directory (README.md lists its files) that several stores, in this process and others, may
 * share: a build takes place in a directory of its own below a lock, and appears under its digest all at once. Safe for
 * use by many threads; builds and deletions follow one another, the rest waits for nothing.
 *
 * <p>Every method may fail with {@link Code#STORE_UNAVAILABLE}.
 */
public final class ImageStore {

    private static final Pattern SHIPPED = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private final ImageStoreConfig config;
    private final ImageCatalog catalog;
    private final Planner planner;
    private final RecipeReader reader = new RecipeReader();

    ImageStore(ImageStoreConfig config, Planner planner) {
        this.config = config;
        this.planner = planner;
        this.catalog = new ImageCatalog(config.directory());
    }

    /** A store with the images of a directory, which is made if it is not there. */
    public static ImageStore open(ImageStoreConfig config) {
        return new ImageStore(config, new BuildPlanner(config)::plan);
    }

    /** All images, newest first. A damaged one is left out, and logged. */
    public List<Image> list() {
        return catalog.list();
    }

    /**
     * The image of a name (its newest) or a digest.
     *
     * @throws ImageException {@link Code#UNKNOWN_IMAGE} if several digests begin so
     */
    public Optional<Image> find(ImageRef ref) {
        return catalog.find(ref);
    }

    /** The names of the recipes that Mulligan ships. */
    public List<String> recipes() {
        try (Stream<Path> folders = Files.list(config.recipes())) {
            return folders.filter(RecipeReader::isRecipe)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw ImageException.of(Code.STORE_UNAVAILABLE, "recipes")
                    .value(config.recipes())
                    .expected("the folder of the shipped recipes")
                    .remedy("install Mulligan again, or name the folder of a recipe")
                    .cause(e)
                    .build();
        }
    }

    /**
     * Reads a recipe.
     *
     * @param nameOrFolder the name of a shipped one, or an absolute path
     * @throws ImageException {@link Code#UNKNOWN_RECIPE}, {@link Code#BAD_RECIPE}
     */
    public Recipe recipe(String nameOrFolder) {
        if (nameOrFolder.startsWith("/")) {
            return reader.read(Path.of(nameOrFolder));
        }
        if (!SHIPPED.matcher(nameOrFolder).matches() || !recipes().contains(nameOrFolder)) {
            throw ImageException.of(Code.UNKNOWN_RECIPE, "recipe")
                    .value("\"" + nameOrFolder + "\"")
                    .expected(String.join(", ", recipes()) + ", or the absolute path of a folder")
                    .build();
        }
        return reader.read(config.recipes().resolve(nameOrFolder));
    }

    /**
     * Builds a recipe; if nothing has changed since its newest build, returns that. Blocks, for minutes if it builds;
     * other builds wait. Interrupt the thread to cancel: nothing is left behind, and the thread stays interrupted.
     *
     * @param listener hears how it goes; nothing is printed
     * @throws ImageException {@link Code#UNSUPPORTED_BASE}, {@link Code#MISSING_BASE}, {@link Code#NO_DOCKER}, {@link
     *     Code#MISSING_PROGRAM}, {@link Code#MISSING_GUEST_AGENT}, {@link Code#BUILD_FAILED}, {@link Code#CANCELLED}
     */
    public BuildResult build(Recipe recipe, BuildOptions options, BuildListener listener) {
        catalog.prepare();
        try (StoreLock _ = lock(listener)) {
            catalog.removeLeftovers();
            BuildPlan plan = planner.plan(recipe, catalog::find);
            Optional<Image> same = options.useCache() ? catalog.findByRecipe(plan.recipeDigest()) : Optional.empty();
            if (same.isPresent()) {
                listener.accept(new BuildEvent.Progress("cache", 1, "nothing has changed: " + recipe.name()));
                return new BuildResult(same.get(), true);
            }
            Image image = catalog.publish(directory -> plan.run(directory, options, listener));
            listener.accept(
                    new BuildEvent.Progress("done", 1, image.manifest().digest().value()));
            return new BuildResult(image, false);
        }
    }

    /**
     * Deletes an image with all its files. Whether a machine still stands on it is for the caller to know.
     *
     * @throws ImageException {@link Code#UNKNOWN_IMAGE}
     */
    public void delete(ImageRef ref) {
        catalog.prepare();
        try (StoreLock _ = lock(BuildListener.SILENT)) {
            catalog.delete(ref);
        }
    }

    private StoreLock lock(BuildListener listener) {
        return StoreLock.acquire(
                config.directory(),
                () -> listener.accept(new BuildEvent.Progress("waiting", 0, "another build is running")));
    }
}
