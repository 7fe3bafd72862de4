package dev.mulligan.image.build;

import dev.mulligan.image.BuildListener;
import dev.mulligan.image.BuildOptions;
import dev.mulligan.image.Digest;
import dev.mulligan.image.ImageManifest;
import java.nio.file.Path;

/** One build, thought through and not begun: what goes in is known and digested. */
public interface BuildPlan {

    /** Of everything that goes in: the cache key. */
    Digest recipeDigest();

    /**
     * Makes the image's files.
     *
     * @param directory empty; on failure the caller removes it with all that is in it
     */
    ImageManifest run(Path directory, BuildOptions options, BuildListener listener);
}
