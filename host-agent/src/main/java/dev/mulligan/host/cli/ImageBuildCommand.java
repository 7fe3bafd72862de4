package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.BuildImageRequest;
import dev.mulligan.proto.host.v1.BuildImageResponse;
import io.grpc.StatusException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan image build}. */
@Command(
        name = "build",
        description = {
            "Build an image from a recipe: the name of one that Mulligan ships, or a folder with a Dockerfile.",
            "Starts the host agent if none runs. What has not changed since the last time is not built again."
        },
        footer = {"", "Example:", "  mulligan image build base", "  mulligan image build ./my-recipe --verbose"})
final class ImageBuildCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "RECIPE", description = "A shipped recipe's name, or a folder (with a slash in it, or .).")
    private String recipe = "";

    @Option(names = "--no-cache", description = "Build even if nothing has changed.")
    private boolean noCache;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show what the steps print.")
    private boolean verbose;

    ImageBuildCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        BuildImageRequest request = BuildImageRequest.newBuilder()
                .setRecipe(resolved())
                .setNoCache(noCache)
                .build();
        long start = System.nanoTime();
        BuildImageResponse.Result result = new ImageBuild(invocation, verbose).run(invocation.hostStarted(), request);
        if (!invocation.json()) {
            ImageView view = new ImageView(result.getImage());
            String took = new Elapsed(java.time.Duration.ofNanos(System.nanoTime() - start)).toString();
            invocation.printLine(result.getImage().getName() + " " + view.shortDigest() + ", " + view.size()
                    + (result.getCached() ? ": unchanged, cache hit" : ": built in " + took));
        }
        return ExitCode.OK.number();
    }

    /** The host agent knows no current directory: a folder becomes an absolute path here. */
    private String resolved() {
        boolean folder = recipe.contains("/") || recipe.startsWith(".");
        return folder || (Files.isDirectory(Path.of(recipe)) && Files.exists(Path.of(recipe, "Dockerfile")))
                ? Path.of(recipe).toAbsolutePath().normalize().toString()
                : recipe;
    }
}
