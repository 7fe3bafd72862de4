package dev.mulligan.host.cli;

import com.google.protobuf.Duration;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.IdleTimeouts;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan sandbox create}. */
@Command(
        name = "create",
        description = {
            "Create a sandbox, wait until it is ready for work, and print its id. Starts the host agent if none runs.",
            "An idle one is paused, then saved to disk, then deleted; whoever uses it again wakes it."
        },
        footer = {
            "",
            "Example:",
            "  mulligan sandbox create web",
            "  mulligan sandbox create --image data --memory 2Gi --cpus 2 --label team=blue --delete-after 1d"
        })
final class SandboxCreateCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "A name by which to call it. Default: its id only.")
    private String name = "";

    @Option(names = "--image", description = "Name or digest. Default: base.")
    private String image = "";

    @Mixin
    private SizeOptions size = new SizeOptions();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label; may be given several times.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Environment of every program in it; may be given several times.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--pause-after", paramLabel = "DURATION", description = "Idle time, or never. Default: 10m.")
    private @Nullable Duration pause;

    @Option(names = "--save-after", paramLabel = "DURATION", description = "From the pause, or never. Default: 1h.")
    private @Nullable Duration save;

    @Option(names = "--delete-after", paramLabel = "DURATION", description = "From the save, or never. Default: never.")
    private @Nullable Duration delete;

    SandboxCreateCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException {
        CreateSandboxRequest request = request();
        Sandbox sandbox = new SandboxCreation(invocation).run(invocation.hostStarted(), request);
        invocation.print(sandbox, sandbox::getId);
        return ExitCode.OK.number();
    }

    private CreateSandboxRequest request() {
        IdleTimeouts.Builder idle = IdleTimeouts.newBuilder();
        if (pause != null) {
            idle.setPause(pause);
        }
        if (save != null) {
            idle.setSave(save);
        }
        if (delete != null) {
            idle.setDelete(delete);
        }
        return CreateSandboxRequest.newBuilder()
                .setName(name)
                .setImage(image)
                .setSize(size.message())
                .putAllLabels(labels)
                .putAllEnvironment(environment)
                .setIdle(idle)
                .build();
    }
}
