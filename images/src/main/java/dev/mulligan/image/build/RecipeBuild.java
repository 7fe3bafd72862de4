package dev.mulligan.image.build;

import dev.mulligan.image.BuildListener;
import dev.mulligan.image.BuildOptions;
import dev.mulligan.image.Digest;
import dev.mulligan.image.DirectoryTree;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.ImageFiles;
import dev.mulligan.image.ImageManifest;
import dev.mulligan.image.ImageManifest.Contents;
import dev.mulligan.image.ImageManifest.Provenance;
import dev.mulligan.image.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;

/** The build of a recipe: root file system → kernel and memory disk → disk → digest. */
final class RecipeBuild implements BuildPlan {

    /** Shares of the time that a build takes, out of a hundred. */
    private static final int ROOT = 80;

    private static final int KERNEL = 4;
    private static final int DISK = 13;
    private static final int DIGEST = 3;

    private final Recipe recipe;
    private final Inputs inputs;
    private final Function<BuildOptions, RootSource> rootSource;
    private final ImportsStep importsStep;
    private final BootStep bootStep;
    private final DiskStep diskStep;
    private final Clock clock;

    RecipeBuild(
            Recipe recipe,
            Inputs inputs,
            Function<BuildOptions, RootSource> rootSource,
            ImportsStep importsStep,
            BootStep bootStep,
            DiskStep diskStep,
            Clock clock) {
        this.recipe = recipe;
        this.inputs = inputs;
        this.rootSource = rootSource;
        this.importsStep = importsStep;
        this.bootStep = bootStep;
        this.diskStep = diskStep;
        this.clock = clock;
    }

    @Override
    public Digest recipeDigest() {
        return inputs.recipeDigest();
    }

    @Override
    public ImageManifest run(Path directory, BuildOptions options, BuildListener listener) {
        Allocation whole = Allocation.whole(listener, ROOT + KERNEL + DISK + DIGEST);
        Path tar = directory.resolve(ImageFiles.ROOT);
        try {
            Path work = Files.createDirectory(directory.resolve("work"));
            Allocation root = whole.next("root file system", ROOT);
            List<String> origins = rootSource.apply(options).make(tar, work, root);
            importsStep.run(tar, recipe.imports(), work, root);
            Contents contents = bootStep.run(tar, directory, recipe, whole.next("kernel", KERNEL));
            diskStep.run(tar, directory.resolve(ImageFiles.DISK), recipe.diskSize(), work, whole.next("disk", DISK));
            DirectoryTree.delete(work);
            Digest digest = new DigestStep().run(directory, whole.next("digest", DIGEST));
            return new ImageManifest(
                    digest,
                    recipe.name(),
                    recipe.description(),
                    clock.instant().truncatedTo(ChronoUnit.SECONDS),
                    size(directory),
                    recipe.diskSize(),
                    Kernel.ARGUMENTS,
                    contents,
                    new Provenance(
                            inputs.recipeDigest(), inputs.guestAgent(), inputs.bases(), origins, Inputs.BUILDER));
        } catch (ImageException e) {
            throw Thread.currentThread().isInterrupted() ? failed(directory, e) : e;
        } catch (IOException | RuntimeException e) {
            throw failed(directory, e);
        }
    }

    /** An interrupt shows in many ways: a closed channel, a broken connection to Docker, a read that came back early. */
    private ImageException failed(Path directory, Exception cause) {
        if (Thread.currentThread().isInterrupted()) {
            return ImageException.of(Code.CANCELLED, "the build of " + recipe.name() + " was cancelled")
                    .cause(cause)
                    .build();
        }
        return ImageException.of(Code.BUILD_FAILED, "build of " + recipe.name())
                .value(String.valueOf(cause.getMessage()))
                .expected("to read and write below " + directory.getParent())
                .remedy("is there room on the disk?")
                .cause(cause)
                .build();
    }

    private static long size(Path directory) throws IOException {
        long bytes = 0;
        for (String name : List.of(ImageFiles.DISK, ImageFiles.INITRD, ImageFiles.KERNEL, ImageFiles.ROOT)) {
            bytes += Files.size(directory.resolve(name));
        }
        return bytes;
    }
}
