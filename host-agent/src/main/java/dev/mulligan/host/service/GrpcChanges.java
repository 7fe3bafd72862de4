package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.Approvals;
import dev.mulligan.host.approval.CallQuestion;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.host.task.Task;
import dev.mulligan.host.task.Tasks;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.ChangeState;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import dev.mulligan.host.workspace.text.Merge;
import dev.mulligan.host.workspace.text.Text;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import dev.mulligan.proto.host.v1.ReadChangeRequest;
import dev.mulligan.proto.host.v1.ReadChangeResponse;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.RejectChangesResponse;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import dev.mulligan.proto.host.v1.UndoChangesResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code ChangesService}. */
final class GrpcChanges extends ChangesServiceGrpc.ChangesServiceImplBase {
    private static final Logger logger = LoggerFactory.getLogger(GrpcChanges.class);
    private static final int CHUNK = 64 << 10;

    private final ChangeSets changes;
    private final Approvals approvals;
    private final Tasks tasks;
    private final Calls calls;

    GrpcChanges(ChangeSets changes, Approvals approvals, Tasks tasks, Calls calls) {
        this.changes = changes;
        this.approvals = approvals;
        this.tasks = tasks;
        this.calls = calls;
    }

    @Override
    public void list(ListChangesRequest request, StreamObserver<ListChangesResponse> observer) {
        calls.stream(observer, sender -> {
            for (RecordedChangeSet set : of(task(request.getTaskId()))) {
                ChangesMessages.parts(set)
                        .forEach(part -> sender.send(ListChangesResponse.newBuilder()
                                .setChangeSet(part)
                                .build()));
            }
        });
    }

    @Override
    public void diff(DiffChangesRequest request, StreamObserver<DiffChangesResponse> observer) {
        calls.stream(observer, sender -> {
            List<PathPattern> patterns = patterns(request.getPathsList());
            BiPredicate<RecordedChangeSet, RecordedChange> asked = askedBy(request.getApprovalId());
            for (RecordedChangeSet set : of(task(request.getTaskId()))) {
                for (RecordedChange change : set.changes()) {
                    RelativePath path = change.change().path();
                    if (asked.test(set, change) && matches(patterns, change.change())) {
                        sender.send(ChangesMessages.message(set, change, changes.diff(set.id(), path)));
                    }
                }
            }
        });
    }

    private BiPredicate<RecordedChangeSet, RecordedChange> askedBy(String approval) {
        if (approval.isEmpty()) {
            return (_, _) -> true;
        }
        return switch (approvals.get(new ApprovalId(approval)).question()) {
            case ChangesQuestion question -> (set, change) -> question.isAbout(set.id(), change.ruling());
            case CallQuestion _ ->
                throw Field.invalid("approval_id", approval, "an approval of changes", "leave it out");
        };
    }

    private static boolean matches(List<PathPattern> patterns, Change change) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(change));
    }

    @Override
    public void read(ReadChangeRequest request, StreamObserver<ReadChangeResponse> observer) {
        calls.stream(observer, sender -> {
            try (InputStream content = content(request)) {
                for (byte[] data = content.readNBytes(CHUNK); data.length > 0; data = content.readNBytes(CHUNK)) {
                    sender.send(ReadChangeResponse.newBuilder()
                            .setData(ByteString.copyFrom(data))
                            .build());
                }
            }
        });
    }

    private InputStream content(ReadChangeRequest request) throws IOException {
        Field.required("path", request.getPath());
        List<RecordedChangeSet> sets = of(task(request.getTaskId())).stream()
                .filter(set ->
                        request.getChangeSetId().isEmpty() || set.id().value().equals(request.getChangeSetId()))
                .filter(set -> path(set, request.getPath()).isPresent())
                .toList();
        if (sets.size() > 1) {
            throw Field.invalid(
                    "change_set_id",
                    "none, and the task changed " + request.getPath() + " in " + sets.size() + " folders",
                    "that of one of them",
                    "see ChangesService.List");
        }
        if (sets.isEmpty()) {
            throw nothing(request.getPath(), "the path of a change, as List gives it");
        }
        RecordedChangeSet set = sets.getFirst();
        RelativePath path = path(set, request.getPath()).orElseThrow();
        return switch (request.getVersion()) {
            case TASK -> changes.content(set.id(), path, ChangeSets.Version.TASK);
            case PACKED -> changes.content(set.id(), path, ChangeSets.Version.PACKED);
            case MERGED ->
                changes.merge(set.id(), path)
                        .map(Merge::text)
                        .map(Text::content)
                        .orElseThrow(() -> notText(path))
                        .newInput();
            case VERSION_UNSPECIFIED, UNRECOGNIZED ->
                throw Field.invalid("version", request.getVersion(), "TASK, PACKED or MERGED", "choose one");
        };
    }

    private static Optional<RelativePath> path(RecordedChangeSet set, String shown) {
        return set.changes().stream()
                .map(change -> change.change().path())
                .filter(path -> path.toString().equals(shown))
                .findFirst();
    }

    private static HostException notText(RelativePath path) {
        return HostException.of(HostErrorCode.NO_SUCH_FILE, "merge of a file")
                .value(path)
                .expected("a text, as it was packed, as the task left it and as it is in the folder now")
                .remedy("take one of the two versions")
                .build();
    }

    @Override
    public void apply(ApplyChangesRequest request, StreamObserver<ApplyChangesResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            List<Chosen> chosen = chosen(request.getTaskId(), new ChosenChanges(request.getSelection()));
            List<ChangeSets.Choice> choices = chosen.stream()
                    .map(one -> new ChangeSets.Choice(one.set().id(), one.selection()))
                    .toList();
            List<ApplyOutcome> outcomes = changes.apply(choices, caller.actor());
            review(new TaskId(request.getTaskId()));
            ApplyChangesResponse.Builder response = ApplyChangesResponse.newBuilder();
            for (int number = 0; number < chosen.size(); number++) {
                RecordedChangeSet set = chosen.get(number).set();
                Set<RelativePath> paths = paths(set);
                response.addOutcomes(ChangesMessages.message(
                        set.id().value(),
                        set.folder(),
                        outcomes.get(number),
                        path -> paths.contains(path) && isMergeable(set, path)));
            }
            return response.build();
        });
    }

    /** What was done is told, whatever becomes of questions about it: the next review withdraws those. */
    private void review(TaskId task) {
        try {
            approvals.review(task);
        } catch (HostException failure) {
            logger.warn("questions about changes of {} that are decided by now were not withdrawn yet", task, failure);
        }
    }

    /** A conflict may also be about another path, the old one of what was renamed. */
    private static Set<RelativePath> paths(RecordedChangeSet set) {
        return set.changes().stream().map(change -> change.change().path()).collect(Collectors.toSet());
    }

    private boolean isMergeable(RecordedChangeSet set, RelativePath path) {
        return changes.merge(set.id(), path).filter(Merge::isClean).isPresent();
    }

    @Override
    public void reject(RejectChangesRequest request, StreamObserver<RejectChangesResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            List<String> rejected = new ArrayList<>();
            for (Chosen chosen : chosen(request.getTaskId(), new ChosenChanges(request.getSelection()).whole())) {
                changes.reject(chosen.set().id(), chosen.selection(), caller.actor())
                        .forEach(path -> rejected.add(path.toString()));
                review(chosen.set().task());
            }
            return RejectChangesResponse.newBuilder()
                    .addAllPaths(ChangesMessages.first(rejected))
                    .setCount(rejected.size())
                    .build();
        });
    }

    private record Chosen(RecordedChangeSet set, Selection selection) {}

    /** In which sets, and what of each; a path that chooses nothing in any of them ends it, before anything is done. */
    private List<Chosen> chosen(String id, ChosenChanges asked) {
        List<RecordedChangeSet> sets = of(ended(id));
        asked.requireEach(sets);
        return sets.stream()
                .flatMap(set -> asked.selection(set).map(selection -> new Chosen(set, selection)).stream())
                .toList();
    }

    @Override
    public void undo(UndoChangesRequest request, StreamObserver<UndoChangesResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> undo(request, caller.actor()));
    }

    /** Newest first: what a later apply stands on must go before it. Of undos only one is taken back at a time. */
    private UndoChangesResponse undo(UndoChangesRequest request, Actor actor) {
        TaskId task = ended(request.getTaskId()).id();
        List<PathPattern> patterns = patterns(request.getPathsList());
        UndoChangesResponse.Builder response = UndoChangesResponse.newBuilder();
        List<JournalEntry> all = changes.applies();
        List<Long> applies = all.stream()
                .filter(entry -> entry.undoes().isEmpty())
                .map(JournalEntry::number)
                .toList();
        for (JournalEntry entry : all.reversed()) {
            boolean undo = entry.undoes().filter(applies::contains).isPresent();
            boolean wanted = request.getRedo() ? undo : entry.undoes().isEmpty();
            if (!entry.task().equals(task) || !wanted) {
                continue;
            }
            ApplyOutcome outcome;
            try {
                outcome = changes.undo(entry.number(), patterns, request.getForce(), actor);
            } catch (HostException failure) {
                if (response.getOutcomesCount() == 0) {
                    throw failure;
                }
                // The others are taken back by now, and whoever asked for it must hear of them.
                response.addOutcomes(ChangesMessages.failed(entry, failure));
                break;
            }
            review(task);
            if (outcome instanceof ApplyOutcome.Nothing) {
                continue;
            }
            response.addOutcomes(
                    ChangesMessages.message(entry.changeSet().orElse(""), entry.folder(), outcome, _ -> false));
            if (outcome instanceof ApplyOutcome.Conflicted || request.getRedo()) {
                break;
            }
        }
        if (response.getOutcomesCount() == 0 && !patterns.isEmpty()) {
            throw nothing(request.getPathsList().toString(), "paths that were applied and not taken back yet");
        }
        if (response.getOutcomesCount() == 0 && !request.getRedo()) {
            requireNothingForgotten(task, all);
        }
        return response.build();
    }

    /** Who is told nothing takes it that nothing was applied. */
    private void requireNothingForgotten(TaskId task, List<JournalEntry> applies) {
        boolean applied = changes.ofTask(task).stream()
                .flatMap(set -> set.changes().stream())
                .anyMatch(change -> change.state() == ChangeState.APPLIED);
        if (applied && applies.stream().noneMatch(entry -> entry.task().equals(task))) {
            throw HostException.of(HostErrorCode.UNKNOWN_CHANGES, "what was applied of it is not in the undo journal")
                    .value(task)
                    .expected(
                            "an apply that is: when there are too many, the oldest are forgotten (changes.undo_forgotten)")
                    .remedy("keep more of them: 'undo' in config.yaml; this one is in your own backup only")
                    .build();
        }
    }

    private Task task(String id) {
        return tasks.get(new TaskId(Field.required("task_id", id)));
    }

    /** A task that goes on may be rolled back, and then leaves nothing. */
    private Task ended(String id) {
        Task task = task(id);
        if (!task.state().ended()) {
            throw HostException.of(HostErrorCode.TASK_RUNNING, "the task has not ended")
                    .value(id + ", " + task.state())
                    .expected("one that has: what it writes is decided afterwards")
                    .remedy("wait for it: mulligan task watch " + id)
                    .build();
        }
        return task;
    }

    private List<RecordedChangeSet> of(Task task) {
        return changes.ofTask(task.id());
    }

    private static List<PathPattern> patterns(List<String> paths) {
        return paths.stream().map(PathPattern::of).toList();
    }

    static HostException nothing(String path, String expected) {
        return HostException.of(HostErrorCode.NO_SUCH_FILE, "path that chooses nothing")
                .value(path)
                .expected(expected)
                .remedy("see 'mulligan changes TASK'")
                .build();
    }
}
