package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.OneByOne;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.Conflict;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.text.Hunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a change set: recorded, shown, applied in whole or part, undone, done again. */
@SuppressWarnings("NullAway.Init") // Set by JUnit.
final class ChangeSetsTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private ChangesFixture changes;

    @BeforeEach
    void open() throws IOException {
        changes = ChangesFixture.in(directory);
        changes.write("a.txt", "one\ntwo\nthree\n");
        changes.write("sub/b.txt", "b\n");
        changes.write("sub/deep/c.bin", "c\0");
        changes.write("gone.txt", "gone\n");
        Files.createSymbolicLink(changes.file("link"), Path.of("a.txt"));
    }

    @AfterEach
    void close() {
        changes.close();
    }

    private static FakeTask work() {
        return new FakeTask()
                .write("a.txt", "one\n2\nthree\n", 0755)
                .write("new/file.txt", "new\n")
                .makeDirectory("new/empty", 0700)
                .remove("gone.txt")
                .remove("sub/deep")
                .link("link", "sub/b.txt")
                .write("moved.txt", "b\n")
                .remove("sub/b.txt");
    }

    @Test
    void listsWhatWasCreatedModifiedDeletedAndRenamed() {
        ChangeSetId id = changes.record(changes.pack(), work());
        assertThat(changes.sets.get(id).changes())
                .extracting(one -> one.change().kind() + " " + one.change().path())
                .containsExactly(
                        "modify a.txt",
                        "delete gone.txt",
                        "modify link",
                        "rename moved.txt",
                        "create new",
                        "create new/empty",
                        "create new/file.txt",
                        "delete sub/deep",
                        "delete sub/deep/c.bin");
        assertThat(changes.sets
                        .diff(id, RelativePath.of("a.txt"))
                        .text()
                        .orElseThrow()
                        .hunks())
                .extracting(Hunk::text)
                .containsExactly("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
        assertThat(changes.sets.diff(id, RelativePath.of("sub/deep/c.bin")).summary())
                .isEqualTo("binary, 2 B → nothing");
    }

    @Test
    void asksAGuestForEachContentOnceAndForNothingThatIsThere() {
        changes.record(changes.pack(), new FakeTask().write("z.txt", "new\n").write("kept.txt", "kept\n"));
        FakeTask task = new FakeTask()
                .write("x.txt", "kept\n")
                .write("w.txt", "again\n")
                .write("v.txt", "again\n")
                .write("b.txt", "other\n");
        ChangeSetId id = changes.record(changes.pack(), task);
        assertThat(task.asked()).containsExactly(RelativePath.of("b.txt"), RelativePath.of("v.txt"));
        changes.applyAll(id);
        assertThat(changes.file("w.txt")).hasContent("again\n");
        assertThat(changes.file("x.txt")).hasContent("kept\n");
    }

    @Test
    void aPathThatWasNotChangedHasNoDifference() {
        ChangeSetId id = changes.record(changes.pack(), work());
        for (ChangeSetId one : List.of(id, new ChangeSetId("none"))) {
            assertThatThrownBy(() -> changes.sets.diff(one, RelativePath.of("unchanged")))
                    .isInstanceOfSatisfying(
                            HostException.class,
                            e -> assertThat(e.code())
                                    .isEqualTo(
                                            one.equals(id)
                                                    ? HostErrorCode.NO_SUCH_FILE
                                                    : HostErrorCode.UNKNOWN_CHANGES));
        }
    }

    @Test
    void appliesEverythingAndTakesEverythingBackAndDoesItAgain() throws IOException {
        Map<String, String> before = Trees.snapshot(changes.folder);
        ChangeSetId id = changes.record(changes.pack(), work());
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        long apply = changes.applyAll(id);
        Map<String, String> after = Trees.snapshot(changes.folder);
        assertThat(changes.file("a.txt")).hasContent("one\n2\nthree\n");
        assertThat(Files.getLastModifiedTime(changes.file("a.txt")).toInstant()).isEqualTo(FakeTask.WRITTEN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(changes.file("new/empty"))))
                .isEqualTo("rwx------");
        assertThat(changes.file("sub/deep")).doesNotExist();
        assertThat(changes.file("moved.txt")).hasContent("b\n");
        assertThat(Files.readSymbolicLink(changes.file("link"))).isEqualTo(Path.of("sub/b.txt"));

        long undo = ((ApplyOutcome.Applied) changes.undo(apply)).number();
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        assertThat(changes.sets.get(id).changes()).allMatch(one -> one.state() == ChangeState.PENDING);

        long redo = ((ApplyOutcome.Applied) changes.undo(undo)).number();
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(after);
        assertThat(changes.sets.get(id).changes()).allMatch(one -> one.state() == ChangeState.APPLIED);

        assertThat(changes.undo(redo)).isInstanceOf(ApplyOutcome.Applied.class);
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        assertThat(changes.events.kinds())
                .containsExactly(
                        "changes.recorded",
                        "changes.decided",
                        "changes.apply",
                        "changes.undo",
                        "changes.undo",
                        "changes.undo");
    }

    @Test
    void aPartBecomesTwoHalves() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        changes.apply(id, Selection.of("new/file.txt", "**/*.bin"));
        assertThat(changes.file("new/file.txt")).exists();
        assertThat(changes.file("new/empty")).doesNotExist();
        assertThat(changes.file("sub/deep")).isEmptyDirectory();
        assertThat(changes.file("a.txt")).hasContent("one\ntwo\nthree\n");
        assertThat(changes.sets.reject(id, Selection.of("gone.txt"), ACTOR))
                .containsExactly(RelativePath.of("gone.txt"));
        changes.apply(id, Selection.ALL);
        assertThat(changes.file("gone.txt")).exists();
        assertThat(changes.file("sub/deep")).doesNotExist();
        assertThat(changes.sets.get(id).changes())
                .allMatch(one -> one.state()
                        == (one.change().path().equals(RelativePath.of("gone.txt"))
                                ? ChangeState.REJECTED
                                : ChangeState.APPLIED));
    }

    private Selection.Hunks hunks(ChangeSetId id, RelativePath path, int number) {
        return new Selection.Hunks(
                Set.of(number),
                RecordedChangeSet.digest(changes.sets.diff(id, path).change()));
    }

    @Test
    void hunksAreAppliedOneByOne() throws IOException {
        String before = lines("line");
        changes.write("long.txt", before);
        ChangeSetId id = changes.record(
                changes.pack(),
                new FakeTask()
                        .write(
                                "long.txt",
                                before.replace("line 2\n", "second\n").replace("line 30\n", "")));
        RelativePath path = RelativePath.of("long.txt");
        assertThat(changes.sets.diff(id, path).text().orElseThrow().hunks()).hasSize(2);
        ApplyOutcome outcome = changes.apply(id, Selection.of("long.txt").withHunks(path, hunks(id, path, 2)));
        assertThat(changes.file("long.txt")).hasContent(before.replace("line 30\n", ""));
        assertThat(changes.sets.diff(id, path).text().orElseThrow().hunks()).hasSize(1);
        long rest = changes.applyAll(id);
        assertThat(changes.file("long.txt"))
                .hasContent(before.replace("line 2\n", "second\n").replace("line 30\n", ""));
        changes.undo(rest);
        changes.undo(((ApplyOutcome.Applied) outcome).number());
        assertThat(changes.file("long.txt")).hasContent(before);
        assertThatThrownBy(() -> changes.apply(id, Selection.ALL.withHunks(path, hunks(id, path, 7))))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("1 to 2");
    }

    @Test
    void whatYouEditedIsAConflictAndNothingIsDone() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        changes.write("a.txt", "mine\n");
        changes.write("new/mine", "mine\n");
        changes.write("sub/deep/mine", "mine\n");
        Files.delete(changes.file("gone.txt"));
        Map<String, String> before = Trees.snapshot(changes.folder);
        ApplyOutcome outcome = changes.apply(id, Selection.ALL);
        // That both deleted the same file is none; nor is a directory that you made, too, with the same mode.
        assertThat(((ApplyOutcome.Conflicted) outcome).conflicts())
                .extracting(conflict -> conflict.path() + ": " + conflict.reason())
                .containsExactly("a.txt: changed since", "sub/deep: holds what the task did not remove: sub/deep/mine");
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
    }

    @Test
    void aConflictIsMergedOrOverwritten() throws IOException {
        String before = lines("line");
        changes.write("long.txt", before);
        FolderManifest manifest = changes.pack();
        // You edit while the task runs; the guest still has what was packed.
        changes.write("long.txt", before.replace("line 30\n", "mine\n"));
        RelativePath path = RelativePath.of("long.txt");
        FakeTask task = new FakeTask()
                .write("long.txt", before.replace("line 2\n", "theirs\n"))
                .packed("long.txt", before);
        ChangeSetId id = changes.record(manifest, task);
        assertThat(changes.apply(id, Selection.ALL)).isInstanceOf(ApplyOutcome.Conflicted.class);
        assertThat(changes.sets.merge(id, path).orElseThrow().isClean()).isTrue();
        ApplyOutcome merged = changes.apply(id, Selection.ALL.withResolution(path, Selection.Resolution.MERGE));
        assertThat(changes.file("long.txt"))
                .hasContent(before.replace("line 30\n", "mine\n").replace("line 2\n", "theirs\n"));
        changes.undo(((ApplyOutcome.Applied) merged).number());
        assertThat(changes.file("long.txt")).hasContent(before.replace("line 30\n", "mine\n"));

        changes.write("long.txt", before.replace("line 2\n", "mine, too\n"));
        assertThat(changes.sets.merge(id, path).orElseThrow().conflicts()).isEqualTo(1);
        assertThat(changes.apply(id, Selection.ALL.withResolution(path, Selection.Resolution.MERGE)))
                .isInstanceOf(ApplyOutcome.Conflicted.class);
        ApplyOutcome overwritten =
                changes.apply(id, Selection.ALL.withResolution(path, Selection.Resolution.OVERWRITE));
        assertThat(changes.file("long.txt")).hasContent(before.replace("line 2\n", "theirs\n"));
        changes.undo(((ApplyOutcome.Applied) overwritten).number());
        assertThat(changes.file("long.txt")).hasContent(before.replace("line 2\n", "mine, too\n"));
    }

    @Test
    void undoRefusesWhatYouEditedLaterUnlessForced() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        long apply = changes.applyAll(id);
        Files.writeString(changes.file("new/file.txt"), "edited later\n");
        assertThat(((ApplyOutcome.Conflicted) changes.undo(apply)).conflicts())
                .extracting(Conflict::path)
                .containsExactly(RelativePath.of("new/file.txt"));
        assertThat(changes.file("new/file.txt")).hasContent("edited later\n");
        // What was not edited can be had back by itself.
        changes.sets.undo(apply, List.of(PathPattern.of("a.txt"), PathPattern.of("sub")), false, ACTOR);
        assertThat(changes.file("a.txt")).hasContent("one\ntwo\nthree\n");
        assertThat(changes.file("sub/deep/c.bin")).exists();
        ApplyOutcome forced = changes.sets.undo(apply, List.of(), true, ACTOR);
        assertThat(changes.file("new")).doesNotExist();
        assertThat(changes.undo(((ApplyOutcome.Applied) forced).number())).isInstanceOf(ApplyOutcome.Applied.class);
        assertThat(changes.file("new/file.txt")).hasContent("edited later\n");
    }

    @Test
    void keepsModeOwnerAndAttributesOfWhatIsThere() throws IOException {
        Path file = changes.file("a.txt");
        FolderManifest manifest = changes.pack();
        ChangeSetId id = changes.record(manifest, new FakeTask().write("a.txt", "other\n"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        boolean root = (int) Files.getAttribute(file, "unix:uid") == 0;
        if (root) {
            Files.setAttribute(file, "unix:uid", 1234);
            Files.setAttribute(file, "unix:gid", 2345);
        }
        long apply = changes.applyAll(id);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        if (root) {
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1234);
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(2345);
        }
        changes.undo(apply);
        assertThat(file).hasContent("one\ntwo\nthree\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void survivesTheSandboxAndTheHostAgent() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        changes.close();
        changes = ChangesFixture.in(directory);
        assertThat(changes.sets.ofTask(ChangesFixture.TASK))
                .extracting(RecordedChangeSet::id)
                .containsExactly(id);
        changes.applyAll(id);
        assertThat(changes.file("new/file.txt")).hasContent("new\n");
    }

    @Test
    void aHunkThatIsUndoneAndDoneAgainLeavesTheOthersPending() throws IOException {
        changes.write("hunks", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        ChangeSetId id =
                changes.record(changes.pack(), new FakeTask().write("hunks", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n"));
        RelativePath path = RelativePath.of("hunks");
        long first =
                ((ApplyOutcome.Applied) changes.apply(id, Selection.ALL.withHunks(path, hunks(id, path, 1)))).number();
        long undo = ((ApplyOutcome.Applied) changes.undo(first)).number();
        changes.undo(undo);
        assertThat(changes.file("hunks")).hasContent("one\n2\n3\n4\n5\n6\n7\n8\n9\n");
        assertThat(changes.sets.get(id).changes()).singleElement().returns(ChangeState.PENDING, RecordedChange::state);
        changes.applyAll(id);
        assertThat(changes.file("hunks")).hasContent("one\n2\n3\n4\n5\n6\n7\n8\nnine\n");
        assertThat(changes.sets.get(id).changes()).singleElement().returns(ChangeState.APPLIED, RecordedChange::state);
    }

    @Test
    void whatWasRejectedAfterAnUndoIsNotDoneAgain() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        long undo = ((ApplyOutcome.Applied) changes.undo(changes.applyAll(id))).number();
        Map<String, String> before = Trees.snapshot(changes.folder);
        changes.sets.reject(id, Selection.of("a.txt"), ACTOR);
        assertThatThrownBy(() -> changes.undo(undo))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("a.txt");
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        assertThat(changes.sets.undo(undo, List.of(PathPattern.of("new")), false, ACTOR))
                .isInstanceOf(ApplyOutcome.Applied.class);
    }

    @Test
    void aFolderThatIsBehindALinkNowIsNotChanged() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        Path moved = Files.move(changes.folder, changes.directory.resolve("moved"));
        Files.createSymbolicLink(changes.folder, moved);
        Map<String, String> before = Trees.snapshot(moved);
        assertThatThrownBy(() -> changes.applyAll(id))
                .isInstanceOf(HostException.class)
                .returns(HostErrorCode.FILE_CONFLICT, failure -> ((HostException) failure).code());
        assertThat(Trees.snapshot(moved)).isEqualTo(before);
    }

    @Test
    void aGuestThatIsSlowHoldsUpNobodyElse() throws Exception {
        FakeTask slow = new FakeTask().write("first", "came already\n").write("second", "comes late\n");
        FolderManifest manifest = changes.pack();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        UpperContent content = new OneByOne(path -> {
            if (path.toString().equals("second")) {
                asked.countDown();
                awaitQuietly(late);
            }
            return ByteString.copyFromUtf8(path.toString().equals("first") ? "came already\n" : "comes late\n")
                    .newInput();
        });
        TaskId task = new TaskId("slow");
        Thread intake = Thread.ofVirtual()
                .start(() -> changes.sets.record(
                        task,
                        changes.folder,
                        manifest,
                        slow.entries().iterator(),
                        content,
                        ChangesFixture.ALL_ASK,
                        ACTOR));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        ChangeSetId other = changes.record(changes.pack(), work());
        changes.undo(changes.applyAll(other));
        changes.sets.forget(other, ACTOR); // What nobody needs is removed, but not what is just coming in.
        late.countDown();
        assertThat(intake.join(Duration.ofSeconds(30))).isTrue();
        changes.applyAll(changes.sets.ofTask(task).getFirst().id());
        assertThat(changes.file("first")).hasContent("came already\n");
        assertThat(changes.file("second")).hasContent("comes late\n");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException nobodyDoes) {
            throw new AssertionError(nobodyDoes);
        }
    }

    @Test
    void contentThatIsNotAsDeclaredIsNotTaken() throws IOException {
        FolderManifest manifest = changes.pack();
        FakeTask declared = new FakeTask().write("x", "declared");
        for (String sent : List.of("declarex", "declared and more", "decl")) {
            FakeTask other = new FakeTask().write("x", sent);
            assertThatThrownBy(() -> changes.sets.record(
                            ChangesFixture.TASK,
                            changes.folder,
                            manifest,
                            declared.entries().iterator(),
                            other,
                            ChangesFixture.ALL_ASK,
                            ACTOR))
                    .isInstanceOf(HostException.class);
        }
        assertThat(changes.sets.ofTask(ChangesFixture.TASK)).isEmpty();
        assertThat(changes.directory.resolve("state/changes/content")).isEmptyDirectory();
    }

    @Test
    void forgettingKeepsWhatCanBeUndone() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        Map<String, String> before = Trees.snapshot(changes.folder);
        long apply = changes.applyAll(id);
        changes.sets.forget(id, ACTOR);
        assertThatThrownBy(() -> changes.sets.get(id))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.code()).isEqualTo(HostErrorCode.UNKNOWN_CHANGES));
        changes.undo(apply);
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
    }

    @Test
    void withoutARecordNothingIsApplied() throws IOException {
        ChangeSetId id = changes.record(changes.pack(), work());
        Map<String, String> before = Trees.snapshot(changes.folder);
        changes.events.fail(true);
        assertThatThrownBy(() -> changes.apply(id, Selection.ALL)).hasMessageContaining("no record");
        assertThatThrownBy(() -> changes.sets.reject(id, Selection.ALL, ACTOR)).hasMessageContaining("no record");
        assertThat(Trees.snapshot(changes.folder)).isEqualTo(before);
        assertThat(changes.sets.get(id).changes()).allMatch(one -> one.state() == ChangeState.PENDING);
        changes.events.fail(false);
        changes.applyAll(id);
    }

    @Test
    void oneChangeOfEachKindIsDescribed() {
        ChangeSetId id = changes.record(changes.pack(), work());
        Map<String, String> summaries = changes.sets.get(id).changes().stream()
                .map(RecordedChange::change)
                .collect(Collectors.toMap(
                        change -> change.path().toString(),
                        change -> changes.sets.diff(id, change.path()).summary()));
        assertThat(summaries)
                .containsEntry("a.txt", "14 B → 12 B, mode 644 → 755")
                .containsEntry("link", "link to a.txt → link to sub/b.txt")
                .containsEntry("new", "nothing → directory")
                .containsEntry("new/empty", "nothing → directory, mode 700");
        assertThat(changes.sets.get(id).changes().stream().map(RecordedChange::change))
                .hasAtLeastOneElementOfType(Change.Renamed.class);
    }

    private static String lines(String word) {
        return IntStream.rangeClosed(1, 40)
                .mapToObj(number -> word + " " + number + "\n")
                .collect(Collectors.joining());
    }
}
