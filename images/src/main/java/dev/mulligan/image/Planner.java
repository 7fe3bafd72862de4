package dev.mulligan.image;

import dev.mulligan.image.build.BuildPlan;
import dev.mulligan.image.recipe.Recipe;
import java.util.Optional;
import java.util.function.Function;

/** Makes the plan of a build; the tests bring one of their own. */
@FunctionalInterface
interface Planner {

    /**
     * Plans; begins nothing.
     *
     * @param images finds the images that a recipe may start from
     */
    BuildPlan plan(Recipe recipe, Function<ImageRef, Optional<Image>> images);
}
