package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.ListImagesRequest;
import dev.mulligan.proto.host.v1.ListImagesResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mulligan image list}. */
@Command(
        name = "list",
        description = "List images, the newest first, and the recipes that Mulligan ships.",
        footer = {"", "Example:", "  mulligan image list"})
final class ImageListCommand implements Callable<Integer> {
    private final Invocation invocation;

    ImageListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        ListImagesResponse images =
                invocation.host().images(Patience.ANSWER).list(ListImagesRequest.getDefaultInstance());
        invocation.print(images, () -> ImageView.table(images));
        return ExitCode.OK.number();
    }
}
