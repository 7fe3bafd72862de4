package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DeleteImageRequest;
import io.grpc.StatusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mulligan image rm}. */
@Command(
        name = "rm",
        description = "Remove images that no sandbox stands on.",
        footer = {"", "Example:", "  mulligan image rm data"})
final class ImageRemoveCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Name, digest, or the first 8 hex digits of one.")
    private List<String> names = List.of();

    ImageRemoveCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        HostClient client = invocation.host();
        for (String name : names) {
            var _ = client.images(Patience.MACHINE)
                    .delete(DeleteImageRequest.newBuilder().setImage(name).build());
            invocation.print(Map.of("removed", name), name);
        }
        return ExitCode.OK.number();
    }
}
