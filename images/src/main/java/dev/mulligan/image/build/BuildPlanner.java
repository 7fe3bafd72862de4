package dev.mulligan.image.build;

import dev.mulligan.image.*;
import dev.mulligan.image.recipe.Recipe;
import java.util.*;
import java.util.function.Function;

/** x */
public final class BuildPlanner {
    public BuildPlanner(ImageStoreConfig config) {}

    public BuildPlan plan(Recipe recipe, Function<ImageRef, Optional<Image>> images) {
        throw new UnsupportedOperationException(recipe + "" + images);
    }
}
