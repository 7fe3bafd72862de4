package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.GetImageRequest;
import dev.mulligan.proto.host.v1.Image;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan image show}. */
@Command(
        name = "show",
        description = "Show an image's manifest.",
        footer = {"", "Example:", "  mulligan image show base --packages"})
final class ImageShowCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "IMAGE", description = "Name, digest, or the first 8 hex digits of one.")
    private String name = "";

    @Option(names = "--packages", description = "List the packages, too.")
    private boolean packages;

    ImageShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        Image image = invocation
                .host()
                .images(Patience.ANSWER)
                .get(GetImageRequest.newBuilder().setImage(name).build())
                .getImage();
        ImageView view = new ImageView(image);
        invocation.print(image, () -> packages ? view.withPackages() : view.toString());
        return ExitCode.OK.number();
    }
}
