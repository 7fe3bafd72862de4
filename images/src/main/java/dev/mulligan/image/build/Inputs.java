package dev.mulligan.image.build;

import dev.mulligan.image.Digest;
import dev.mulligan.image.recipe.Recipe;
import dev.mulligan.image.recipe.RecipeDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that goes into an image, as digests.
 *
 * @param recipeDigest of all of it: the cache key
 * @param guestAgent of the tar with the guest agent
 * @param bases of the Mulligan images that the Dockerfile starts from
 */
record Inputs(Digest recipeDigest, Digest guestAgent, List<Digest> bases) {

    /** Counts up when the same inputs give another image, for a reason that no digest shows. */
    static final String BUILDER = "1";

    Inputs {
        bases = List.copyOf(bases);
    }

    static Inputs of(Recipe recipe, Digest guestAgent, List<Digest> bases, Scripts scripts) {
        List<String> others = new ArrayList<>();
        others.add("builder " + BUILDER);
        // Which a folder with only a Dockerfile has nowhere inside.
        others.add("name " + recipe.name());
        others.add("scripts " + scripts.digest());
        others.add("kernel arguments " + Kernel.ARGUMENTS);
        others.add("guest agent " + guestAgent);
        bases.forEach(base -> others.add("base " + base));
        return new Inputs(RecipeDigest.of(recipe, others), guestAgent, bases);
    }
}
