package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.IdleTimeouts;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxSize;
import dev.mulligan.vm.DataSize;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
    private static final com.google.protobuf.Duration NEVER =
            com.google.protobuf.Duration.newBuilder().setSeconds(-1).build();

    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "A name by which to call it. Default: its id only.")
    private String name = "";

    @Option(names = "--image", description = "Name or digest. Default: base.")
    private String image = "";

    @Option(names = "--memory", paramLabel = "SIZE", description = "Such as 2Gi. Default: the host agent's, 1Gi.")
    private @Nullable DataSize memory;

    @Option(names = "--cpus", paramLabel = "N", description = "Processors. Default: the host agent's, 2 or fewer.")
    private int processors;

    @Option(names = "--disk", paramLabel = "SIZE", description = "What it may write. Default: the host agent's, 10Gi.")
    private @Nullable DataSize disk;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label; may be given several times.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Environment of every program in it; may be given several times.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--pause-after", paramLabel = "DURATION", description = "Idle time, or never. Default: 10m.")
    private @Nullable String pause;

    @Option(names = "--save-after", paramLabel = "DURATION", description = "From the pause, or never. Default: 1h.")
    private @Nullable String save;

    @Option(names = "--delete-after", paramLabel = "DURATION", description = "From the save, or never. Default: never.")
    private @Nullable String delete;

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
        SandboxSize.Builder size = SandboxSize.newBuilder().setProcessors(processors);
        if (memory != null) {
            size.setMemoryBytes(memory.bytes());
        }
        if (disk != null) {
            size.setDiskBytes(disk.bytes());
        }
        IdleTimeouts.Builder idle = IdleTimeouts.newBuilder();
        if (pause != null) {
            idle.setPause(idle(pause));
        }
        if (save != null) {
            idle.setSave(idle(save));
        }
        if (delete != null) {
            idle.setDelete(idle(delete));
        }
        return CreateSandboxRequest.newBuilder()
                .setName(name)
                .setImage(image)
                .setSize(size)
                .putAllLabels(labels)
                .putAllEnvironment(environment)
                .setIdle(idle)
                .build();
    }

    private static com.google.protobuf.Duration idle(String text) {
        if (text.equals("never")) {
            return NEVER;
        }
        Duration duration = dev.mulligan.host.DurationText.parse(text);
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
