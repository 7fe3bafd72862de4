package dev.mulligan.host.service;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.sandbox.RollbackResult;
import dev.mulligan.proto.host.v1.RestoredPath;
import dev.mulligan.proto.host.v1.RollbackResponse;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checkpoints of one sandbox: messages and values. */
final class CheckpointMessages {
    /** How the labels of a task's checkpoints end: "before task ID", "before call 2 (shell) of task ID". */
    private static final Pattern OF_TASK =
            Pattern.compile("^before (?:call \\d+ \\([a-z]+\\) of )?task ([A-Za-z0-9_-]{1,64})$");

    private final SandboxId sandbox;
    private final Optional<CheckpointId> current;

    CheckpointMessages(SandboxId sandbox, Optional<CheckpointId> current) {
        this.sandbox = sandbox;
        this.current = current;
    }

    /** Unspecified: full. */
    static CheckpointKind kind(dev.mulligan.proto.host.v1.Checkpoint.Kind kind) {
        return switch (kind) {
            case DISK -> CheckpointKind.DISK;
            case FULL, KIND_UNSPECIFIED -> CheckpointKind.FULL;
            case UNRECOGNIZED -> throw Field.invalid("kind", kind, "DISK or FULL", "");
        };
    }

    dev.mulligan.proto.host.v1.Checkpoint message(Checkpoint checkpoint) {
        Matcher task = OF_TASK.matcher(checkpoint.label());
        return dev.mulligan.proto.host.v1.Checkpoint.newBuilder()
                .setId(checkpoint.id().value())
                .setSandboxId(sandbox.value())
                .setParentId(checkpoint.parent().map(CheckpointId::value).orElse(""))
                .setKind(
                        switch (checkpoint.kind()) {
                            case DISK -> dev.mulligan.proto.host.v1.Checkpoint.Kind.DISK;
                            case FULL -> dev.mulligan.proto.host.v1.Checkpoint.Kind.FULL;
                        })
                .setLabel(checkpoint.label())
                .setTaskId(task.matches() ? task.group(1) : "")
                .setCreated(Times.timestamp(checkpoint.created()))
                .setSizeBytes(checkpoint.size().bytes())
                .setCurrent(current.filter(checkpoint.id()::equals).isPresent())
                .build();
    }

    RollbackResponse message(RollbackResult result) {
        RollbackResponse.Builder message = RollbackResponse.newBuilder()
                .setCheckpoint(message(result.checkpoint()))
                .setDuration(DurationMessage.of(result.duration()));
        result.before().map(this::message).ifPresent(message::setBefore);
        result.paths()
                .forEach(path -> message.addPaths(RestoredPath.newBuilder()
                        .setPath(path.path())
                        .setOutcome(
                                switch (path.outcome()) {
                                    case REPLACED -> RestoredPath.Outcome.REPLACED;
                                    case REMOVED -> RestoredPath.Outcome.REMOVED;
                                    case ABSENT -> RestoredPath.Outcome.ABSENT;
                                })));
        return message.build();
    }
}
