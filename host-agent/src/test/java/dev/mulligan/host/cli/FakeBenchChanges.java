package dev.mulligan.host.cli;

import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.RejectChangesResponse;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import dev.mulligan.proto.host.v1.UndoChangesResponse;
import io.grpc.stub.StreamObserver;

/** Whatever a task was told to make is there, and all of it is decided at once. */
final class FakeBenchChanges extends ChangesServiceGrpc.ChangesServiceImplBase {
    private final FakeBenchTasks tasks;

    FakeBenchChanges(FakeBenchTasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public void apply(ApplyChangesRequest request, StreamObserver<ApplyChangesResponse> responses) {
        FakeBenchHost.answer(
                responses,
                ApplyChangesResponse.newBuilder()
                        .addOutcomes(outcome(request.getTaskId()))
                        .build());
    }

    @Override
    public void undo(UndoChangesRequest request, StreamObserver<UndoChangesResponse> responses) {
        FakeBenchHost.answer(
                responses,
                UndoChangesResponse.newBuilder()
                        .addOutcomes(outcome(request.getTaskId()))
                        .build());
    }

    @Override
    public void reject(RejectChangesRequest request, StreamObserver<RejectChangesResponse> responses) {
        FakeBenchHost.answer(
                responses,
                RejectChangesResponse.newBuilder()
                        .setCount(tasks.changes(request.getTaskId()))
                        .build());
    }

    private ApplyChangesResponse.Outcome outcome(String task) {
        return ApplyChangesResponse.Outcome.newBuilder()
                .setCount(tasks.changes(task))
                .build();
    }
}
