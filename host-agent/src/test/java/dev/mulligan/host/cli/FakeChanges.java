package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.Conflict;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A text with two hunks, one that is new with a name that would paint, and one that is gone; remembers what is asked. */
final class FakeChanges extends ChangesServiceGrpc.ChangesServiceImplBase {
    static final Change TEXT = Change.newBuilder()
            .setPath("text")
            .setKind(Change.Kind.MODIFY)
            .setState(Change.State.PENDING)
            .setSummary("18 B → 23 B")
            .setDecision("ask")
            .setRule("scope.apply")
            .setDigest("digest of text")
            .build();
    private static final Change NEW = TEXT.toBuilder()
            .setPath("new\u001b[31m")
            .setKind(Change.Kind.CREATE)
            .setState(Change.State.APPLIED)
            .setSummary("nothing → 2 B")
            .setLookalike("NEW")
            .build();
    private static final Change GONE = TEXT.toBuilder()
            .setPath("gone")
            .setKind(Change.Kind.DELETE)
            .setRule("scope.rules[0]")
            .setWhy("removes things")
            .setSummary("2 B → nothing")
            .build();
    static final List<Change> ALL = List.of(GONE, NEW, TEXT);

    final List<ApplyChangesRequest> applies = new CopyOnWriteArrayList<>();
    final List<RejectChangesRequest> rejects = new CopyOnWriteArrayList<>();
    final List<UndoChangesRequest> undos = new CopyOnWriteArrayList<>();
    volatile boolean conflict;
    volatile String conflictAt = "text";
    volatile String hunk = "@@ -1 +1 @@\n-1\n+\u001b[31mone\n";
    volatile int leftOut;

    @Override
    public void list(ListChangesRequest request, StreamObserver<ListChangesResponse> responses) {
        if (request.getTaskId().equals("nightly")) {
            ChangeSet head =
                    ChangeSet.newBuilder().setId("c1").setFolder("/srv/reports").build();
            responses.onNext(ListChangesResponse.newBuilder()
                    .setChangeSet(head.toBuilder().addChanges(GONE).addChanges(NEW))
                    .build());
            responses.onNext(ListChangesResponse.newBuilder()
                    .setChangeSet(head.toBuilder()
                            .addChanges(TEXT)
                            .addRefused(ChangeSet.Refused.newBuilder()
                                    .setPath("pipe")
                                    .setReason("FIFO")))
                    .build());
        }
        responses.onCompleted();
    }

    @Override
    public void diff(DiffChangesRequest request, StreamObserver<DiffChangesResponse> responses) {
        for (Change change : ALL) {
            if (request.getPathsCount() == 0 || request.getPathsList().contains(change.getPath())) {
                DiffChangesResponse.Builder diff =
                        DiffChangesResponse.newBuilder().setChangeSetId("c1").setChange(change);
                if (change.equals(TEXT)) {
                    diff.addHunks(hunk(1, hunk))
                            .addHunks(hunk(2, "@@ -9 +9 @@\n-9\n+nine\n"))
                            .setLeftOut(leftOut);
                }
                responses.onNext(diff.build());
            }
        }
        responses.onCompleted();
    }

    private static DiffChangesResponse.Hunk hunk(int number, String text) {
        return DiffChangesResponse.Hunk.newBuilder()
                .setNumber(number)
                .setText(ByteString.copyFromUtf8(text))
                .build();
    }

    @Override
    public void read(ReadChangeRequest request, StreamObserver<ReadChangeResponse> responses) {
        for (String piece : List.of(request.getPath() + " ", request.getVersion() + "\n")) {
            responses.onNext(ReadChangeResponse.newBuilder()
                    .setData(ByteString.copyFromUtf8(piece))
                    .build());
        }
        responses.onCompleted();
    }

    @Override
    public void apply(ApplyChangesRequest request, StreamObserver<ApplyChangesResponse> responses) {
        applies.add(request);
        ApplyChangesResponse.Outcome.Builder outcome =
                ApplyChangesResponse.Outcome.newBuilder().setFolder("/srv/reports");
        if (conflict) {
            outcome.addConflicts(Conflict.newBuilder()
                    .setPath(conflictAt)
                    .setReason("changed since")
                    .setMergeable(true));
        } else {
            outcome.addPaths("text").setCount(1_001);
        }
        responses.onNext(ApplyChangesResponse.newBuilder().addOutcomes(outcome).build());
        responses.onCompleted();
    }

    @Override
    public void reject(RejectChangesRequest request, StreamObserver<RejectChangesResponse> responses) {
        rejects.add(request);
        responses.onNext(RejectChangesResponse.newBuilder()
                .addAllPaths(request.getSelection().getPathsList())
                .setCount(request.getSelection().getPathsCount())
                .build());
        responses.onCompleted();
    }

    @Override
    public void undo(UndoChangesRequest request, StreamObserver<UndoChangesResponse> responses) {
        undos.add(request);
        UndoChangesResponse.Builder undone = UndoChangesResponse.newBuilder();
        if (conflict && !request.getForce()) {
            undone.addOutcomesBuilder()
                    .setFolder("/srv/reports")
                    .addConflicts(Conflict.newBuilder().setPath(conflictAt).setReason("changed since"));
        }
        responses.onNext(undone.build());
        responses.onCompleted();
    }
}
