package dev.mulligan.host.service;

import static dev.mulligan.host.service.ServiceFixture.failure;
import static dev.mulligan.host.service.ServiceFixture.info;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.ApprovalId;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.task.TaskState;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.apply.UndoRetention;
import dev.mulligan.host.workspace.change.ChangeLimits;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.host.workspace.store.ChangesConfig;
import dev.mulligan.proto.host.v1.ApplyChangesRequest;
import dev.mulligan.proto.host.v1.ApplyChangesResponse.Outcome;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc.ChangesServiceBlockingV2Stub;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import dev.mulligan.proto.host.v1.ReadChangeRequest;
import dev.mulligan.proto.host.v1.ReadChangeRequest.Version;
import dev.mulligan.proto.host.v1.ReadChangeResponse;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.Resolution;
import dev.mulligan.proto.host.v1.UndoChangesRequest;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ChangesService}, over change sets that are really kept and a folder on disk. */
@Timeout(240)
final class ChangesServiceTest {
    private static final String TASK = "nightly";
    private static final String LINES = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

    private final ServiceFixture fixture;
    private final ChangesServiceBlockingV2Stub client;
    private final Path folder;

    ChangesServiceTest(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture(directory);
        client = ChangesServiceGrpc.newBlockingV2Stub(fixture.connect());
        folder = Files.createDirectories(directory.resolve("folder"));
        fixture.tasks.put(TASK, TaskState.SUCCEEDED);
        Trees.write(folder.resolve("text"), LINES);
        Trees.write(folder.resolve("gone"), "x\n");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void record(FakeTask task) throws IOException {
        FolderManifest manifest = Trees.manifest(folder);
        var _ = fixture.changes.record(
                new TaskId(TASK),
                folder,
                manifest,
                task.entries().iterator(),
                task,
                change -> change.kind().equals("delete")
                        ? new Ruling(Effect.ASK, "scope.rules[0]", "removes things")
                        : new Ruling(Effect.ASK, "scope.apply", "a person decides"),
                Actor.HOST);
    }

    private void record(Path other, FakeTask task) throws IOException {
        var _ = fixture.changes.record(
                new TaskId(TASK),
                other,
                Trees.manifest(other),
                task.entries().iterator(),
                task,
                _ -> new Ruling(Effect.ASK, "scope.apply", "a person decides"),
                Actor.HOST);
    }

    private static ChangeSelection.Pick pick(ChangeSet set, String path) {
        return ChangeSelection.Pick.newBuilder()
                .setChangeSetId(set.getId())
                .setPath(path)
                .build();
    }

    @Test
    void whatIsPickedIsThatAndNothingElseWhateverItIsCalled() throws Exception {
        Path other = Files.createDirectories(folder.resolveSibling("other"));
        record(folder, new FakeTask().write("**", "1").write("same", "1").write("d/e", "1"));
        record(other, new FakeTask().write("same", "2"));
        List<ChangeSet> sets = list();
        Outcome applied = apply(ChangeSelection.newBuilder()
                .addPicks(pick(sets.getFirst(), "**"))
                .addPicks(pick(sets.getFirst(), "d")));
        assertThat(applied.getPathsList()).containsExactly("**", "d");
        assertThat(folder.resolve("d")).isEmptyDirectory();
        apply(ChangeSelection.newBuilder().addPicks(pick(sets.getLast(), "same")));
        assertThat(other.resolve("same")).exists();
        assertThat(folder.resolve("same"))
                .as("of the same name in another folder")
                .doesNotExist();
        assertRefused("NO_SUCH_FILE", ChangeSelection.newBuilder().addPicks(pick(sets.getLast(), "d/e")));
    }

    @Test
    void whoWantsBackWhatWasForgottenIsToldSo(@TempDir Path directory) throws Exception {
        ChangesConfig oneOnly = new ChangesConfig(ChangeLimits.DEFAULT, new UndoRetention(1, 1, 1L << 30));
        Path granted = Files.createDirectories(directory.resolve("granted"));
        try (ServiceFixture host = new ServiceFixture(directory, oneOnly)) {
            for (String name : List.of("first", "second")) {
                host.tasks.put(name, TaskState.SUCCEEDED);
                FakeTask task = new FakeTask().write(name, name);
                ChangeSetId id = host.changes.record(
                        new TaskId(name),
                        granted,
                        Trees.manifest(granted),
                        task.entries().iterator(),
                        task,
                        _ -> new Ruling(Effect.ALLOW, "scope.apply", ""),
                        Actor.HOST);
                var _ = host.changes.apply(id, Selection.ALL, Actor.HOST);
            }
            ChangesServiceBlockingV2Stub changes = ChangesServiceGrpc.newBlockingV2Stub(host.connect());
            StatusException forgotten = failure(() -> changes.undo(
                    UndoChangesRequest.newBuilder().setTaskId("first").build()));
            assertThat(info(forgotten).getReason()).isEqualTo("UNKNOWN_CHANGES");
            assertThat(forgotten).hasMessageContainingAll("first", "the oldest are forgotten", "config.yaml");
            assertThat(granted.resolve("first")).exists();
            var _ = changes.undo(
                    UndoChangesRequest.newBuilder().setTaskId("second").build());
            assertThat(granted.resolve("second")).doesNotExist();
        }
    }

    private static FakeTask work() {
        return new FakeTask()
                .write("text", LINES.replace("1", "one").replace("9", "nine"))
                .write("new\nname", "n\n")
                .remove("gone");
    }

    private List<ChangeSet> list() throws Exception {
        List<ChangeSet> sets = new ArrayList<>();
        BlockingClientCall<?, ListChangesResponse> parts =
                client.list(ListChangesRequest.newBuilder().setTaskId(TASK).build());
        for (ListChangesResponse part = parts.read(); part != null; part = parts.read()) {
            sets.add(part.getChangeSet());
        }
        return sets;
    }

    private Outcome apply(ChangeSelection.Builder selection) throws Exception {
        return client.apply(ApplyChangesRequest.newBuilder()
                        .setTaskId(TASK)
                        .setSelection(selection)
                        .build())
                .getOutcomes(0);
    }

    private static ChangeSelection.Builder paths(String... paths) {
        return ChangeSelection.newBuilder().addAllPaths(List.of(paths));
    }

    private String read(String path, Version version) throws Exception {
        BlockingClientCall<?, ReadChangeResponse> pieces = client.read(ReadChangeRequest.newBuilder()
                .setTaskId(TASK)
                .setPath(path)
                .setVersion(version)
                .build());
        StringBuilder text = new StringBuilder();
        for (ReadChangeResponse piece = pieces.read(); piece != null; piece = pieces.read()) {
            text.append(piece.getData().toStringUtf8());
        }
        return text.toString();
    }

    @Test
    void listsWhatWasWrittenAndWhyItWaits() throws Exception {
        assertThat(list()).isEmpty();
        record(work());
        ChangeSet set = list().getFirst();
        assertThat(set.getFolder()).isEqualTo(folder.toString());
        assertThat(set.getChangesList())
                .extracting(change ->
                        change.getKind() + " " + change.getPath() + " " + change.getState() + " " + change.getRule())
                .containsExactly(
                        "DELETE gone PENDING scope.rules[0]",
                        "CREATE new\\x0aname PENDING scope.apply",
                        "MODIFY text PENDING scope.apply");
        assertThat(set.getChanges(0).getWhy()).isEqualTo("removes things");
        assertThat(set.getChanges(2).getSummary()).isEqualTo("18 B → 23 B");
    }

    @Test
    void manyChangesComeInParts() throws Exception {
        FakeTask task = new FakeTask();
        for (int i = 0; i < 2_500; i++) {
            task.write("f%04d".formatted(i), "x");
        }
        record(task);
        assertThat(list()).extracting(ChangeSet::getChangesCount).containsExactly(1000, 1000, 500);
        Outcome applied = apply(ChangeSelection.newBuilder());
        assertThat(applied.getCount()).isEqualTo(2_500);
        assertThat(applied.getPathsCount()).isEqualTo(1_000);
    }

    @Test
    void showsTextsLineByLine() throws Exception {
        record(work());
        assertThat(diff("text").getHunksList())
                .extracting(hunk -> hunk.getText().toStringUtf8())
                .containsExactly("@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n", "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+nine\n");
    }

    private DiffChangesResponse diff(String path) throws Exception {
        BlockingClientCall<?, DiffChangesResponse> diffs = client.diff(
                DiffChangesRequest.newBuilder().setTaskId(TASK).addPaths(path).build());
        DiffChangesResponse diff = Objects.requireNonNull(diffs.read());
        assertThat(diffs.read()).isNull();
        return diff;
    }

    /** As they are shown now. */
    private ChangeSelection.Pick.Builder hunks(String path, Integer... numbers) throws Exception {
        DiffChangesResponse diff = diff(path);
        return ChangeSelection.Pick.newBuilder()
                .setChangeSetId(diff.getChangeSetId())
                .setPath(path)
                .addAllHunks(List.of(numbers))
                .setSeen(diff.getChange().getDigest());
    }

    @Test
    void hunksOfAChangeThatIsAnotherByNowAreRefused() throws Exception {
        record(work());
        ChangeSelection.Pick.Builder first = hunks("text", 1);
        apply(ChangeSelection.newBuilder().addPicks(first));
        assertRefused("FILE_CONFLICT", ChangeSelection.newBuilder().addPicks(first));
        assertThat(folder.resolve("text")).hasContent(LINES.replace("1", "one"));
        apply(ChangeSelection.newBuilder().addPicks(hunks("text", 1)));
        assertThat(folder.resolve("text")).hasContent(LINES.replace("1", "one").replace("9", "nine"));
    }

    @Test
    void tellsWhatStoodAndStandsThereAsData() throws Exception {
        record(work().makeDirectory("d", 0700).link("l", "text"));
        assertThat(list().getFirst().getChangesList())
                .extracting(change -> change.getPath() + ": " + entry(change.hasBefore(), change.getBefore()) + " → "
                        + entry(change.hasAfter(), change.getAfter()))
                .containsExactly(
                        "d: none → DIRECTORY 700",
                        "gone: FILE 644 2 "
                                + Sha256.of(ByteString.copyFromUtf8("x\n")).hex() + " → none",
                        "l: none → LINK to text",
                        "new\\x0aname: none → FILE 644 2 "
                                + Sha256.of(ByteString.copyFromUtf8("n\n")).hex(),
                        "text: FILE 644 18 "
                                + Sha256.of(ByteString.copyFromUtf8(LINES)).hex() + " → FILE 644 23 "
                                + Sha256.of(ByteString.copyFromUtf8(
                                                LINES.replace("1", "one").replace("9", "nine")))
                                        .hex());
    }

    private static String entry(boolean there, Change.Entry entry) {
        return !there
                ? "none"
                : switch (entry.getType()) {
                    case FILE -> "FILE %o %d %s".formatted(entry.getMode(), entry.getSize(), entry.getSha256());
                    case DIRECTORY -> "DIRECTORY %o".formatted(entry.getMode());
                    default -> entry.getType() + " to " + entry.getTarget();
                };
    }

    @Test
    void theModeIsAHunkOfItsOwn() throws Exception {
        record(new FakeTask().write("text", LINES.replace("1", "one"), 0755));
        assertThat(diff("text").getHunksList())
                .extracting(hunk -> hunk.getNumber() + " " + hunk.getText().toStringUtf8())
                .containsExactly("0 @@ mode 644 → 755\n", "1 @@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n");
        apply(ChangeSelection.newBuilder().addPicks(hunks("text", 1)));
        assertThat(folder.resolve("text")).hasContent(LINES.replace("1", "one"));
        assertThat(Files.isExecutable(folder.resolve("text"))).isFalse();
        assertThat(diff("text").getHunksList()).isEmpty();
        assertThat(diff("text").getChange().getSummary()).endsWith("mode 644 → 755");
        undo("text", false);
        apply(ChangeSelection.newBuilder().addPicks(hunks("text", 0)));
        assertThat(folder.resolve("text")).hasContent(LINES).isExecutable();
        apply(ChangeSelection.newBuilder());
        assertThat(folder.resolve("text")).hasContent(LINES.replace("1", "one")).isExecutable();
    }

    @Test
    void appliesPathsAndHunksAndTakesThemBack() throws Exception {
        record(work());
        apply(ChangeSelection.newBuilder().addPicks(hunks("text", 2)));
        assertThat(folder.resolve("text")).hasContent(LINES.replace("9", "nine"));
        assertThat(apply(paths("new\\x0aname")).getPathsList()).containsExactly("new\\x0aname");
        assertThat(folder.resolve("new\nname")).hasContent("n");
        assertThat(list().getFirst().getChangesList())
                .extracting(Change::getState)
                .containsExactly(Change.State.PENDING, Change.State.APPLIED, Change.State.PENDING);
        assertThat(undo("text", false).getPathsList()).containsExactly("text");
        assertThat(folder.resolve("text")).hasContent(LINES);
        assertThat(undo("", true).getPathsList()).containsExactly("text");
        assertThat(folder.resolve("text")).hasContent(LINES.replace("9", "nine"));
    }

    private Outcome undo(String path, boolean redo) throws Exception {
        return client.undo(UndoChangesRequest.newBuilder()
                        .setTaskId(TASK)
                        .addAllPaths(path.isEmpty() ? List.of() : List.of(path))
                        .setRedo(redo)
                        .build())
                .getOutcomes(0);
    }

    @Test
    void whatYouEditedIsAConflictUntilYouSayHow() throws Exception {
        record(work());
        Files.writeString(folder.resolve("text"), LINES.replace("5", "mine"));
        Outcome outcome = apply(paths("text", "gone"));
        assertThat(outcome.getPathsList()).isEmpty();
        assertThat(outcome.getConflictsList()).singleElement().satisfies(conflict -> {
            assertThat(conflict.getPath()).isEqualTo("text");
            assertThat(conflict.getMergeable()).isTrue();
        });
        assertThat(folder.resolve("gone")).exists();
        assertThat(read("text", Version.PACKED)).isEqualTo(LINES);
        String merged = LINES.replace("1", "one").replace("5", "mine").replace("9", "nine");
        assertThat(read("text", Version.MERGED)).isEqualTo(merged);
        apply(paths("text").putResolutions("text", Resolution.MERGE));
        assertThat(folder.resolve("text")).hasContent(merged);
    }

    @Test
    void whatATaskWroteToSeveralFoldersReachesAllOfThemOrNone() throws Exception {
        Path other = Files.createDirectories(folder.resolveSibling("other"));
        Trees.write(other.resolve("text"), LINES);
        record(work());
        record(other, new FakeTask().write("text", "theirs\n"));
        Files.writeString(other.resolve("text"), "mine\n");
        List<Outcome> outcomes = applyAll();
        assertThat(outcomes.getFirst().getHeldBack()).isTrue();
        assertThat(outcomes.getFirst().getCount()).isZero();
        assertThat(outcomes.getLast().getConflictsList()).hasSize(1);
        assertThat(folder.resolve("text")).hasContent(LINES);
        Files.writeString(other.resolve("text"), LINES);
        fixture.approvals.failing = true;
        assertThat(applyAll())
                .as("told, though questions about it cannot be withdrawn")
                .extracting(Outcome::getCount)
                .containsExactly(3, 1);
        fixture.approvals.failing = false;
        assertThat(other.resolve("text")).hasContent("theirs");
        // Undone is the newest first: that of the other folder, which is no more.
        Trees.delete(other);
        assertThat(info(failure(() -> undo("", false))).getReason()).isEqualTo("NO_SUCH_FILE");
        assertThat(folder.resolve("gone")).doesNotExist();
    }

    @Test
    void whatWasTakenBackIsToldThoughTheRestCannotBe() throws Exception {
        Path other = Files.createDirectories(folder.resolveSibling("other"));
        record(other, new FakeTask().write("text", "theirs\n"));
        record(work());
        assertThat(applyAll()).hasSize(2);
        Trees.delete(other);
        List<Outcome> outcomes = client.undo(
                        UndoChangesRequest.newBuilder().setTaskId(TASK).build())
                .getOutcomesList();
        assertThat(outcomes.getFirst().getCount()).isEqualTo(3);
        assertThat(outcomes.getLast().getFailure()).contains(other.toString());
        assertThat(folder.resolve("text")).hasContent(LINES);
    }

    private List<Outcome> applyAll() throws Exception {
        return client.apply(ApplyChangesRequest.newBuilder().setTaskId(TASK).build())
                .getOutcomesList();
    }

    @Test
    void whatWasRejectedIsOver() throws Exception {
        record(work());
        assertThat(client.reject(RejectChangesRequest.newBuilder()
                                .setTaskId(TASK)
                                .setSelection(paths("gone"))
                                .build())
                        .getPathsList())
                .containsExactly("gone");
        assertRefused("NO_SUCH_FILE", paths("gone"));
        apply(ChangeSelection.newBuilder());
        assertThat(folder.resolve("gone")).exists();
        assertThat(fixture.recorded)
                .extracting(AuditEvent::kind)
                .containsExactly(
                        "changes.recorded", "changes.decided", "changes.decided", "changes.rejected", "changes.apply");
    }

    @Test
    void aPathThatChoosesNothingAppliesNothing() throws Exception {
        record(work());
        assertRefused("NO_SUCH_FILE", paths("text", "tekst"));
        assertRefused("NO_SUCH_FILE", paths("text").putResolutions("gon", Resolution.OVERWRITE));
        assertRefused("INVALID_ARGUMENT", paths("text").putResolutions("text", Resolution.RESOLUTION_UNSPECIFIED));
        assertRefused("INVALID_ARGUMENT", paths("/etc/passwd"));
        assertRefused("INVALID_ARGUMENT", ChangeSelection.newBuilder().addPicks(hunks("text", 3)));
        assertRefused(
                "INVALID_ARGUMENT",
                ChangeSelection.newBuilder().addPicks(hunks("text", 1).clearSeen()));
        assertThat(folder.resolve("text")).hasContent(LINES);
        assertThat(info(failure(() -> client.apply(ApplyChangesRequest.newBuilder()
                                .setTaskId("unknown")
                                .build())))
                        .getReason())
                .isEqualTo("UNKNOWN_TASK");
    }

    private void assertRefused(String reason, ChangeSelection.Builder selection) {
        assertThat(info(failure(() -> apply(selection))).getReason()).isEqualTo(reason);
    }

    @Test
    void aTaskThatGoesOnIsNotDecidedYet() throws Exception {
        record(work());
        fixture.tasks.put(TASK, TaskState.RUNNING);
        assertRefused("TASK_RUNNING", paths("text"));
        assertThat(info(failure(() -> undo("", false))).getReason()).isEqualTo("TASK_RUNNING");
        assertThat(list()).hasSize(1);
    }

    @Test
    void showsWhatAnApprovalIsAbout() throws Exception {
        record(work());
        fixture.approvals.approvals.put("ap-0000000001", approvalOfRemovals());
        BlockingClientCall<?, DiffChangesResponse> diffs = client.diff(DiffChangesRequest.newBuilder()
                .setTaskId(TASK)
                .setApprovalId("ap-0000000001")
                .build());
        DiffChangesResponse diff = diffs.read();
        assertThat(diff).isNotNull();
        assertThat(diff.getChange().getPath()).isEqualTo("gone");
        assertThat(diffs.read()).isNull();
        BlockingClientCall<?, DiffChangesResponse> unknown = client.diff(DiffChangesRequest.newBuilder()
                .setTaskId(TASK)
                .setApprovalId("ap-0000000002")
                .build());
        assertThat(info(failure(unknown::read)).getReason()).isEqualTo("UNKNOWN_APPROVAL");
    }

    private Approval approvalOfRemovals() throws Exception {
        ChangesQuestion question = new ChangesQuestion(
                new TaskId(TASK),
                new ChangeSetId(list().getFirst().getId()),
                folder,
                "scope.rules[0]",
                "removes things",
                0,
                0,
                1,
                0,
                Sha256.of(ByteString.EMPTY));
        return new Approval(
                new ApprovalId("ap-0000000001"),
                question,
                "shown",
                "digest",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatIsDecidedByHandIsNotAskedAnyMore() throws Exception {
        record(work());
        apply(paths("text"));
        assertThat(fixture.approvals.reviewed).containsExactly(new TaskId(TASK));
        var _ = client.reject(RejectChangesRequest.newBuilder()
                .setTaskId(TASK)
                .setSelection(paths("gone"))
                .build());
        undo("text", false);
        undo("", true);
        assertThat(fixture.approvals.reviewed).hasSize(4);
    }
}
