package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.SandboxSize;
import dev.mulligan.vm.DataSize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The size of a sandbox, or of those that a template is for. */
final class SizeOptions {
    @Option(names = "--memory", paramLabel = "SIZE", description = "Such as 2Gi. Default: the host agent's, 1Gi.")
    private @Nullable DataSize memory;

    @Option(names = "--cpus", paramLabel = "N", description = "Processors. Default: the host agent's, 2 or fewer.")
    private int processors;

    @Option(names = "--disk", paramLabel = "SIZE", description = "What it may write. Default: the host agent's, 10Gi.")
    private @Nullable DataSize disk;

    SandboxSize message() {
        SandboxSize.Builder size = SandboxSize.newBuilder().setProcessors(processors);
        Optional.ofNullable(memory).map(DataSize::bytes).ifPresent(size::setMemoryBytes);
        Optional.ofNullable(disk).map(DataSize::bytes).ifPresent(size::setDiskBytes);
        return size.build();
    }
}
