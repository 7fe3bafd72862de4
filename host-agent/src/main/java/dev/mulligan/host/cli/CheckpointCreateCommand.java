package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.CreateCheckpointResponse;
import io.grpc.StatusException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mulligan checkpoint create}. */
@Command(
        name = "create",
        description = "Take a checkpoint of memory and disk, or of the disk only, and print its id.",
        footer = {"", "Example:", "  mulligan checkpoint create web --label 'before the upgrade'"})
final class CheckpointCreateCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "SANDBOX", description = "Id or name.")
    private String sandbox = "";

    @Option(names = "--disk", description = "Files only: takes milliseconds, and returning to it boots the machine.")
    private boolean disk;

    @Option(names = "--label", paramLabel = "TEXT", description = "Why it is taken; at most 200 characters.")
    private String label = "";

    CheckpointCreateCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException {
        CreateCheckpointResponse created;
        try (Progress progress = invocation.progress()) {
            progress.step("taking a checkpoint of " + sandbox);
            created = invocation
                    .host()
                    .checkpoints(Patience.MACHINE)
                    .create(CreateCheckpointRequest.newBuilder()
                            .setSandbox(sandbox)
                            .setKind(disk ? Checkpoint.Kind.DISK : Checkpoint.Kind.FULL)
                            .setLabel(label)
                            .build());
        }
        invocation.print(created, () -> created.getCheckpoint().getId());
        invocation.say("the machine stood still for " + Elapsed.of(created.getPause()));
        return ExitCode.OK.number();
    }
}
