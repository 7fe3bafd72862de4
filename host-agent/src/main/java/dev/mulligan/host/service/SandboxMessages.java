package dev.mulligan.host.service;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.sandbox.ForkRequest;
import dev.mulligan.host.sandbox.IdleTimeouts;
import dev.mulligan.host.sandbox.Sandbox;
import dev.mulligan.host.sandbox.SandboxRequest;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.sandbox.SandboxState;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.Optional;

/** Sandboxes: messages and values. */
final class SandboxMessages {
    private static final String DEFAULT_IMAGE = "base";
    private static final Duration NEVER = Duration.ofSeconds(-1);

    private final SandboxSize defaultSize;
    private final IdleTimeouts defaultIdle;

    SandboxMessages(SandboxSize defaultSize, IdleTimeouts defaultIdle) {
        this.defaultSize = defaultSize;
        this.defaultIdle = defaultIdle;
    }

    SandboxRequest request(CreateSandboxRequest message) {
        return new SandboxRequest(
                Field.optional("name", message.getName()),
                Field.optional("image", message.getImage()).orElse(DEFAULT_IMAGE),
                message.hasSize() ? Optional.of(size(message.getSize())) : Optional.empty(),
                Field.labels("labels", message.getLabelsMap()),
                message.getEnvironmentMap(),
                idle(message.getIdle()),
                Optional.empty());
    }

    static dev.mulligan.proto.host.v1.Sandbox message(Sandbox sandbox) {
        return dev.mulligan.proto.host.v1.Sandbox.newBuilder()
                .setId(sandbox.id().value())
                .setName(sandbox.name())
                .putAllLabels(sandbox.labels())
                .setImage(sandbox.image())
                .setImageDigest(sandbox.imageDigest())
                .setSize(dev.mulligan.proto.host.v1.SandboxSize.newBuilder()
                        .setMemoryBytes(sandbox.size().memory().bytes())
                        .setProcessors(sandbox.size().processors())
                        .setDiskBytes(sandbox.size().disk().bytes()))
                .putAllEnvironment(sandbox.environment())
                .setIdle(message(sandbox.idle()))
                .setState(message(sandbox.state()))
                .setCreated(Times.timestamp(sandbox.created()))
                .setLastUsed(Times.timestamp(sandbox.lastUsed()))
                .setTaskId(sandbox.task().map(TaskId::value).orElse(""))
                .setReason(sandbox.reason())
                .build();
    }

    ForkRequest request(ForkSandboxRequest message) {
        long count = Field.notNegative("count", message.getCount());
        return new ForkRequest(
                count == 0 ? 1 : (int) count, message.getNamesList(), Field.labels("labels", message.getLabelsMap()));
    }

    /** With the host's default in place of each zero. */
    SandboxSize size(dev.mulligan.proto.host.v1.SandboxSize message) {
        long memory = Field.notNegative("size.memory_bytes", message.getMemoryBytes());
        long disk = Field.notNegative("size.disk_bytes", message.getDiskBytes());
        long processors = Field.notNegative("size.processors", message.getProcessors());
        return new SandboxSize(
                memory == 0 ? defaultSize.memory() : DataSize.ofBytes(memory),
                processors == 0 ? defaultSize.processors() : (int) processors,
                disk == 0 ? defaultSize.disk() : DataSize.ofBytes(disk));
    }

    private IdleTimeouts idle(dev.mulligan.proto.host.v1.IdleTimeouts message) {
        return new IdleTimeouts(
                timeout("idle.pause", message.getPause(), defaultIdle.pause()),
                timeout("idle.save", message.getSave(), defaultIdle.save()),
                timeout("idle.delete", message.getDelete(), defaultIdle.delete()));
    }

    private static Optional<Duration> timeout(
            String field, com.google.protobuf.Duration message, Optional<Duration> otherwise) {
        Duration given = Times.duration(field, message);
        if (given.isZero()) {
            return otherwise;
        }
        return given.isNegative() ? Optional.empty() : Optional.of(given);
    }

    private static dev.mulligan.proto.host.v1.IdleTimeouts message(IdleTimeouts idle) {
        return dev.mulligan.proto.host.v1.IdleTimeouts.newBuilder()
                .setPause(DurationMessage.of(idle.pause().orElse(NEVER)))
                .setSave(DurationMessage.of(idle.save().orElse(NEVER)))
                .setDelete(DurationMessage.of(idle.delete().orElse(NEVER)))
                .build();
    }

    private static dev.mulligan.proto.host.v1.SandboxState message(SandboxState state) {
        return switch (state) {
            case STARTING -> dev.mulligan.proto.host.v1.SandboxState.STARTING;
            case READY -> dev.mulligan.proto.host.v1.SandboxState.READY;
            case PAUSED -> dev.mulligan.proto.host.v1.SandboxState.PAUSED;
            case SAVED -> dev.mulligan.proto.host.v1.SandboxState.SAVED;
            case BROKEN -> dev.mulligan.proto.host.v1.SandboxState.BROKEN;
            case DELETING -> dev.mulligan.proto.host.v1.SandboxState.DELETING;
        };
    }
}
