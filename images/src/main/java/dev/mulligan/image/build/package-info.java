/**
 * Builds images: a plan, then one small class for each step.
 *
 * <p>Start reading at {@link dev.mulligan.image.build.BuildPlanner}; {@link dev.mulligan.image.build.RecipeBuild} has the
 * steps in their order.
 */
@NullMarked
package dev.mulligan.image.build;

import org.jspecify.annotations.NullMarked;
