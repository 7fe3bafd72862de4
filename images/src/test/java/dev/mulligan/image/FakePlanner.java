package dev.mulligan.image;

import dev.mulligan.image.build.BuildPlan;
import dev.mulligan.image.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Plans builds that write a few small files, and whatever a test wants to happen meanwhile. */
final class FakePlanner implements Planner {

    private final AtomicInteger builds = new AtomicInteger();
    private final AtomicInteger version = new AtomicInteger();
    private volatile Consumer<Path> step = building -> {};

    /** From now on recipes are other ones. */
    void change() {
        version.incrementAndGet();
    }

    /** What happens in every build, given its directory. */
    void doing(Consumer<Path> newStep) {
        step = newStep;
    }

    @Override
    public BuildPlan plan(Recipe recipe, Function<ImageRef, Optional<Image>> images) {
        Digest recipeDigest = Digest.of(recipe.name() + version.get());
        return new BuildPlan() {
            @Override
            public Digest recipeDigest() {
                return recipeDigest;
            }

            @Override
            public ImageManifest run(Path directory, BuildOptions options, BuildListener listener) {
                try {
                    Files.writeString(directory.resolve(ImageFiles.DISK), "disk");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                step.accept(directory);
                return withRecipe(Manifests.manifest(recipe.name(), builds.incrementAndGet()), recipeDigest);
            }
        };
    }

    private static ImageManifest withRecipe(ImageManifest manifest, Digest recipeDigest) {
        ImageManifest.Provenance old = manifest.provenance();
        return new ImageManifest(
                manifest.digest(),
                manifest.name(),
                manifest.description(),
                manifest.created(),
                manifest.sizeBytes(),
                manifest.diskSize(),
                manifest.kernelArguments(),
                manifest.contents(),
                new ImageManifest.Provenance(
                        recipeDigest, old.guestAgent(), old.bases(), old.origins(), old.builder()));
    }
}
