package dev.mulligan.image.build;

import dev.mulligan.image.Digest;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.ImageFiles;
import dev.mulligan.image.ImageRef;
import dev.mulligan.image.ImageStoreConfig;
import dev.mulligan.image.command.CommandRunner;
import dev.mulligan.image.docker.DockerEngine;
import dev.mulligan.image.recipe.Recipe;
import dev.mulligan.image.recipe.RecipeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Thinks a build through: what goes in, and which steps it takes. The only class that news the steps up. */
public final class BuildPlanner {

    private static final Path APT = Path.of("/etc/apt");

    private final ImageStoreConfig config;
    private final CommandRunner commands;
    private final Privileges privileges = Privileges.ofThisProcess();
    private final Scripts scripts = Scripts.load();

    public BuildPlanner(ImageStoreConfig config) {
        this.config = config;
        this.commands = new CommandRunner(System.getenv());
    }

    /**
     * The plan of a recipe. Nothing is made yet, and Docker is not asked.
     *
     * @param images finds the images that a Dockerfile may start from
     * @throws ImageException {@link Code#MISSING_GUEST_AGENT}, {@link Code#MISSING_BASE}
     */
    public BuildPlan plan(Recipe recipe, Function<ImageRef, Optional<Image>> images) {
        List<Base> bases = bases(recipe, images);
        Inputs inputs =
                Inputs.of(recipe, guestAgent(), bases.stream().map(Base::digest).toList(), scripts);
        return new RecipeBuild(
                recipe,
                inputs,
                options -> rootSource(recipe, bases, options.useCache()),
                new ImportsStep(commands),
                new BootStep(scripts),
                new DiskStep(commands, privileges),
                Clock.systemUTC());
    }

    private RootSource rootSource(Recipe recipe, List<Base> bases, boolean useCache) {
        commands.require("tar", "mke2fs", "qemu-img");
        commands.require(privileges.programs().toArray(String[]::new));
        return switch (recipe.source()) {
            case RecipeSource.Packages packages -> {
                commands.require("mmdebstrap");
                yield new MmdebstrapRoot(
                        commands, privileges, packages, mirror(packages.suite()), config.guestAgent(), scripts);
            }
            case RecipeSource.Dockerfile dockerfile ->
                new DockerfileRoot(
                        () -> DockerEngine.connect(config.docker(), config.directory()),
                        recipe.folder(),
                        bases,
                        new MachineLayer(config.guestAgent(), scripts),
                        useCache);
        };
    }

    private DebianMirror mirror(String suite) {
        try {
            return DebianMirror.choose(config.mirror(), AptSource.ofHost(APT), suite);
        } catch (IOException e) {
            throw new UncheckedIOException("the host's apt sources cannot be read", e);
        }
    }

    private Digest guestAgent() {
        if (!Files.isRegularFile(config.guestAgent())) {
            throw ImageException.of(Code.MISSING_GUEST_AGENT, "guest agent")
                    .value(config.guestAgent())
                    .expected("the tar that the module guest-agent builds")
                    .remedy("build Mulligan first")
                    .build();
        }
        try {
            return Digest.of(config.guestAgent());
        } catch (IOException e) {
            throw new UncheckedIOException("guest agent: " + config.guestAgent() + " cannot be read", e);
        }
    }

    private static List<Base> bases(Recipe recipe, Function<ImageRef, Optional<Image>> images) {
        if (!(recipe.source() instanceof RecipeSource.Dockerfile(Path file))) {
            return List.of();
        }
        List<Base> bases = new ArrayList<>();
        for (String name : Dockerfiles.bases(text(file))) {
            Image image = images.apply(new ImageRef(name))
                    .orElseThrow(() -> ImageException.of(Code.MISSING_BASE, file.toString())
                            .value("FROM mulligan/" + name)
                            .expected("an image that has been built")
                            .remedy("run `mulligan image build " + name + "` first")
                            .build());
            bases.add(
                    new Base(name, image.manifest().digest(), image.directory().resolve(ImageFiles.ROOT)));
        }
        return bases;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw ImageException.of(Code.BAD_RECIPE, file.toString())
                    .value(e)
                    .expected("a Dockerfile in UTF-8")
                    .cause(e)
                    .build();
        }
    }
}
