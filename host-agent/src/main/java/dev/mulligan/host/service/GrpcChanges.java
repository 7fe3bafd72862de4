package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.task.Tasks;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.ChangeState;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.RejectChangesResponse;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import dev.mulligan.proto.host.v1.UndoChangesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** {@code ChangesService}. */
final class GrpcChanges extends ChangesServiceGrpc.ChangesServiceImplBase {
    private final ChangeSets changes;
    private final Tasks tasks;
    private final Calls calls;

    GrpcChanges(ChangeSets changes, Tasks tasks, Calls calls) {
        this.changes = changes;
        this.tasks = tasks;
        this.calls = calls;
    }

    @Override
    public void list(ListChangesRequest request, StreamObserver<ListChangesResponse> observer) {
        calls.answer(observer, () -> {
            ListChangesResponse.Builder response = ListChangesResponse.newBuilder();
            of(request.getTaskId()).forEach(set -> response.addChangeSets(ChangesMessages.message(set)));
            return response.build();
        });
    }

    @Override
    public void diff(DiffChangesRequest request, StreamObserver<DiffChangesResponse> observer) {
        calls.stream(observer, sender -> {
            List<PathPattern> patterns = patterns(request.getPathsList());
            for (RecordedChangeSet set : of(request.getTaskId())) {
                for (RecordedChange change : set.changes()) {
                    RelativePath path = change.change().path();
                    if (patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(path))) {
                        sender.send(ChangesMessages.message(set, change, changes.diff(set.id(), path)));
                    }
                }
            }
        });
    }

    @Override
    public void apply(ApplyChangesRequest request, StreamObserver<ApplyChangesResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            Selection selection = ChangesMessages.selection(request.getSelection());
            ApplyChangesResponse.Builder response = ApplyChangesResponse.newBuilder();
            for (RecordedChangeSet set : of(request.getTaskId())) {
                if (isChosen(set, selection)) {
                    ApplyOutcome outcome = changes.apply(set.id(), selection, caller.actor());
                    response.addOutcomes(ChangesMessages.message(set.id().value(), set.folder(), outcome, changes));
                }
            }
            return response.build();
        });
    }

    private static boolean isChosen(RecordedChangeSet set, Selection selection) {
        return !selection
                .from(set.changes().stream()
                        .filter(change -> change.state() == ChangeState.PENDING)
                        .map(RecordedChange::change)
                        .toList())
                .isEmpty();
    }

    @Override
    public void reject(RejectChangesRequest request, StreamObserver<RejectChangesResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            Selection selection = ChangesMessages.selection(request.getSelection());
            RejectChangesResponse.Builder response = RejectChangesResponse.newBuilder();
            for (RecordedChangeSet set : of(request.getTaskId())) {
                if (isChosen(set, selection)) {
                    changes.reject(set.id(), selection, caller.actor())
                            .forEach(path -> response.addRejected(path.toString()));
                }
            }
            return response.build();
        });
    }

    @Override
    public void undo(UndoChangesRequest request, StreamObserver<UndoChangesResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> undo(request, caller.actor()));
    }

    /** Newest first: what a later apply stands on must go before it. */
    private UndoChangesResponse undo(UndoChangesRequest request, Actor actor) {
        TaskId task = tasks.get(new TaskId(Field.required("task_id", request.getTaskId())))
                .id();
        List<PathPattern> patterns = patterns(request.getPathsList());
        UndoChangesResponse.Builder response = UndoChangesResponse.newBuilder();
        List<JournalEntry> applies = changes.applies().stream()
                .filter(entry -> entry.task().equals(task) && entry.undoes().isEmpty())
                .toList();
        for (JournalEntry entry : applies.reversed()) {
            ApplyOutcome outcome = changes.undo(entry.number(), patterns, request.getForce(), actor);
            if (!(outcome instanceof ApplyOutcome.Nothing)) {
                response.addOutcomes(
                        ChangesMessages.message(entry.changeSet().orElse(""), entry.folder(), outcome, changes));
            }
            if (outcome instanceof ApplyOutcome.Conflicted) {
                break;
            }
        }
        return response.build();
    }

    private List<RecordedChangeSet> of(String task) {
        return changes.ofTask(
                tasks.get(new TaskId(Field.required("task_id", task))).id());
    }

    private static List<PathPattern> patterns(List<String> paths) {
        return paths.stream().map(PathPattern::of).toList();
    }
}
