package dev.mulligan.image;

/**
 * How to build.
 *
 * @param useCache whether an image of the same recipe with nothing changed is returned instead of built
 */
public record BuildOptions(boolean useCache) {

    /** What most callers want: an unchanged recipe is not built twice. */
    public static BuildOptions defaults() {
        return new BuildOptions(true);
    }
}
