package dev.mulligan.host.service;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.sandbox.RollbackResult;
import dev.mulligan.host.sandbox.Sandboxes;
import dev.mulligan.proto.host.v1.CheckpointServiceGrpc;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.CreateCheckpointResponse;
import dev.mulligan.proto.host.v1.DeleteCheckpointRequest;
import dev.mulligan.proto.host.v1.DeleteCheckpointResponse;
import dev.mulligan.proto.host.v1.ListCheckpointsRequest;
import dev.mulligan.proto.host.v1.ListCheckpointsResponse;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.RollbackResponse;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** {@code CheckpointService}. */
final class GrpcCheckpoints extends CheckpointServiceGrpc.CheckpointServiceImplBase {
    private static final int MOST_PATHS = 1000;

    private final Sandboxes sandboxes;
    private final SandboxNames names;
    private final Calls calls;

    GrpcCheckpoints(Sandboxes sandboxes, Calls calls) {
        this.sandboxes = sandboxes;
        this.names = new SandboxNames(sandboxes);
        this.calls = calls;
    }

    @Override
    public void create(CreateCheckpointRequest request, StreamObserver<CreateCheckpointResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            CheckpointKind kind = CheckpointMessages.kind(request.getKind());
            String label = Checkpoint.requireLabel(request.getLabel());
            SandboxId sandbox = names.get(request.getSandbox()).id();
            Checkpoint checkpoint = sandboxes.checkpoint(sandbox, kind, label, Optional.empty(), caller.actor());
            return CreateCheckpointResponse.newBuilder()
                    .setCheckpoint(messages(sandbox).message(checkpoint))
                    .setPause(DurationMessage.of(checkpoint.pause()))
                    .build();
        });
    }

    @Override
    public void list(ListCheckpointsRequest request, StreamObserver<ListCheckpointsResponse> observer) {
        calls.answer(observer, () -> {
            SandboxId sandbox = names.get(request.getSandbox()).id();
            CheckpointMessages messages = messages(sandbox);
            ListCheckpointsResponse.Builder response = ListCheckpointsResponse.newBuilder();
            sandboxes.checkpoints(sandbox).forEach(checkpoint -> response.addCheckpoints(messages.message(checkpoint)));
            return response.build();
        });
    }

    @Override
    public void rollback(RollbackRequest request, StreamObserver<RollbackResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            if (request.getPathsCount() > MOST_PATHS) {
                throw Field.invalid("paths", request.getPathsCount() + " paths", "at most " + MOST_PATHS, "");
            }
            for (int i = 0; i < request.getPathsCount(); i++) {
                FileCalls.path("paths[" + i + "]", request.getPaths(i));
            }
            Optional<CheckpointId> checkpoint =
                    Field.optional("checkpoint_id", request.getCheckpointId()).map(CheckpointId::new);
            SandboxId sandbox = names.get(request.getSandbox()).id();
            RollbackResult result = sandboxes.rollback(
                    sandbox,
                    new dev.mulligan.host.sandbox.RollbackRequest(
                            checkpoint, request.getPathsList(), request.getDiscardCurrent(), Optional.empty()),
                    caller.actor());
            return messages(sandbox).message(result);
        });
    }

    @Override
    public void delete(DeleteCheckpointRequest request, StreamObserver<DeleteCheckpointResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            CheckpointId checkpoint = new CheckpointId(Field.required("checkpoint_id", request.getCheckpointId()));
            sandboxes.deleteCheckpoint(names.get(request.getSandbox()).id(), checkpoint, caller.actor());
            return DeleteCheckpointResponse.getDefaultInstance();
        });
    }

    private CheckpointMessages messages(SandboxId sandbox) {
        return new CheckpointMessages(sandbox, sandboxes.current(sandbox));
    }
}
