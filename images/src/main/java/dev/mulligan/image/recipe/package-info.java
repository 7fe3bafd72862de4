/**
 * Recipes: folders that say what goes into an image.
 *
 * <p>Start reading at {@link dev.mulligan.image.recipe.RecipeReader}, which reads such a folder.
 */
@NullMarked
package dev.mulligan.image.recipe;

import org.jspecify.annotations.NullMarked;
