package dev.mulligan.host.image;

import dev.mulligan.host.Actor;
import dev.mulligan.image.BuildListener;
import dev.mulligan.image.BuildResult;
import dev.mulligan.image.Image;
import java.util.List;

/** The images of this host. Blocking; safe for use by several threads. */
public interface Images {
    /** Newest first. */
    List<Image> list();

    /** By name, digest or the digest's first 8 hex digits or more; {@code UNKNOWN_IMAGE}. */
    Image get(String reference);

    /** The names of the recipes that Mulligan ships. */
    List<String> recipes();

    /**
     * Builds a recipe, recorded before and after; one build at a time, the others wait. Interrupted, it leaves nothing
     * behind.
     *
     * @param recipe the name of a shipped one, or the absolute path of a folder
     */
    BuildResult build(String recipe, boolean useCache, Actor actor, BuildListener listener);

    /** Recorded, then deleted with its templates; {@code IMAGE_IN_USE} while a sandbox stands on it. */
    void delete(String reference, Actor actor);
}
