package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.ChangesQuestion;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.ApplyMode;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeState;
import dev.mulligan.host.workspace.store.RecordedChange;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rule asks about changes: an approval, and what a person answers is what happens to the folder. */
@Timeout(240)
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class AskedChangesTest {
    private static final Actor ANNA = new Actor("local:1000");
    private static final String SHOWN = "/workspace/reports/";
    private static final Answer ALLOW = new Answer.Allow(false);
    private static final Answer DENY = new Answer.Deny("", false);

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @TempDir
    private Path reports;

    private Path folder;
    private RealSandboxes host;

    @BeforeEach
    void open() throws IOException {
        folder = reports.toRealPath();
        Files.writeString(folder.resolve("old.txt"), "old\n");
        host = new RealSandboxes(directory);
        host.create();
    }

    @AfterEach
    void theRecordIsWhole() {
        assertThat(host.audit.reader().verify().flaw()).isEmpty();
        host.close();
    }

    private TaskSpec spec(String... commands) {
        Scope scope = new Scope(
                Optional.empty(),
                EnumSet.of(Tool.SHELL),
                false,
                List.of(new Folder(folder.toString(), "/workspace/reports", Access.WRITE, List.of())),
                Limits.DEFAULT,
                List.of(
                        new Rule(Condition.of("change.path.endsWith('.md')"), Effect.ASK, "people read it"),
                        new Rule(Condition.of("change.kind == 'delete'"), Effect.ASK, "deletes")),
                Optional.of(ApplyMode.AUTO),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return Specs.spec(
                new TaskPlace.ExistingSandbox("work"), scope, OnFailure.KEEP, false, shell(String.join(";", commands)));
    }

    private static String edit(String path, String text) {
        return "edit " + SHOWN + path + " " + text;
    }

    private TaskId run(String... commands) {
        Task task = host.run(spec(commands));
        assertThat(task.reason()).isEmpty();
        return task.id();
    }

    private List<Approval> open(TaskId task) {
        return host.approvals.list(Optional.of(task), true);
    }

    /** The only open one of that rule. */
    private Approval open(TaskId task, String rule) {
        List<Approval> found = open(task).stream()
                .filter(approval -> approval.question().rule().equals(rule))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static ChangesQuestion question(Approval approval) {
        return (ChangesQuestion) approval.question();
    }

    private void answer(Approval approval, Answer answer) {
        var _ = host.approvals.decide(approval.id(), approval.digest(), answer, ANNA);
    }

    private static Answer narrow(String... paths) {
        return new Answer.Narrow(List.of(paths), List.of(), Map.of(), Map.of());
    }

    private Optional<String> text(String path) throws IOException {
        Path file = folder.resolve(path);
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    private ChangeState state(TaskId task, String path) {
        return host.changes.ofTask(task).getFirst().changes().stream()
                .filter(change -> change.change().path().toString().equals(path))
                .map(RecordedChange::state)
                .findFirst()
                .orElseThrow();
    }

    private List<String> kinds(TaskId task, Predicate<String> wanted) {
        List<String> kinds = new ArrayList<>();
        host.audit.reader().query(AuditQuery.ALL, entry -> {
            if (entry.event().task().equals(Optional.of(task))
                    && wanted.test(entry.event().kind())) {
                kinds.add(entry.event().kind());
            }
        });
        return kinds;
    }

    private static HostException refusal(Runnable action) {
        HostException[] refusal = new HostException[1];
        assertThatExceptionOfType(HostException.class).isThrownBy(action::run).satisfies(failed -> refusal[0] = failed);
        return refusal[0];
    }

    @Test
    void eachRuleAsksForItselfAndWhatIsAnsweredHappens() throws IOException {
        TaskId task = run(edit("note.md", "note"), edit("data.txt", "data"), "remove " + SHOWN + "old.txt");
        assertThat(text("data.txt")).contains("data");
        assertThat(text("note.md")).isEmpty();
        assertThat(text("old.txt")).contains("old\n");
        Approval note = open(task, "scope.rules[0]");
        Approval removal = open(task, "scope.rules[1]");
        assertThat(open(task)).containsExactlyInAnyOrder(note, removal);
        assertThat(question(note).folder()).isEqualTo(folder);
        assertThat(question(note).created()).isEqualTo(1);
        assertThat(question(note).count()).isEqualTo(1);
        assertThat(question(note).reason()).isEqualTo("people read it");
        assertThat(question(removal).deleted()).isEqualTo(1);
        answer(note, ALLOW);
        assertThat(text("note.md")).contains("note");
        assertThat(text("old.txt")).contains("old\n");
        answer(removal, DENY);
        assertThat(text("old.txt")).contains("old\n");
        assertThat(state(task, "note.md")).isEqualTo(ChangeState.APPLIED);
        assertThat(state(task, "old.txt")).isEqualTo(ChangeState.REJECTED);
        assertThat(open(task)).isEmpty();
        assertThat(kinds(task, kind -> kind.startsWith("approval.") || kind.matches("changes\\.(apply|rejected)")))
                .containsExactly(
                        "changes.apply",
                        "approval.asked",
                        "approval.asked",
                        "approval.decided",
                        "changes.apply",
                        "approval.decided",
                        "changes.rejected");
    }

    @Test
    void whatIsAskedAboutDoesNotComeAlongWithWhatIsAllowed() throws IOException {
        Files.writeString(folder.resolve("keep.md"), "dear\n");
        TaskId task = run(edit("keep.md/x.txt", "x"), edit("data.txt", "data"));
        assertThat(text("keep.md")).as("a directory would take its place").contains("dear\n");
        assertThat(text("data.txt"))
                .as("what has nothing to do with it is applied")
                .contains("data");
        assertThat(open(task))
                .extracting(approval -> approval.question().rule())
                .containsExactly("scope.rules[0]");
    }

    @Test
    void anAnswerIsBoundToTheContents() {
        Approval one = open(run(edit("note.md", "harmless")), "scope.rules[0]");
        Approval other = open(run(edit("note.md", "evil")), "scope.rules[0]");
        assertThat(question(one).changes()).isNotEqualTo(question(other).changes());
        assertThat(one.shown()).contains(question(one).changes().hex());
        assertThat(refusal(() -> host.approvals.decide(other.id(), one.digest(), ALLOW, ANNA))
                        .code())
                .isEqualTo(HostErrorCode.APPROVAL_CHANGED);
    }

    @Test
    void ofAFailedTaskThatIsKeptNothingIsAsked() {
        TaskId task = host.run(spec(edit("note.md", "note"), "exit 1")).id();
        assertThat(state(task, "note.md")).isEqualTo(ChangeState.PENDING);
        assertThat(host.approvals.list(Optional.of(task), false)).isEmpty();
    }

    @Test
    void fewerPathsMayBeAllowedButNoneThatIsNotAskedAbout() throws IOException {
        TaskId task = run(edit("a.md", "a"), edit("sub/b.md", "b"), "remove " + SHOWN + "old.txt");
        Approval notes = open(task, "scope.rules[0]");
        assertThat(refusal(() -> answer(notes, narrow("a.md", "old.txt"))).code())
                .isEqualTo(HostErrorCode.NO_SUCH_FILE);
        assertThat(text("a.md")).isEmpty();
        answer(notes, narrow("sub"));
        assertThat(text("sub/b.md")).contains("b");
        assertThat(text("a.md")).isEmpty();
        assertThat(text("old.txt")).isPresent();
        assertThat(state(task, "a.md")).isEqualTo(ChangeState.PENDING);
        assertThat(open(task))
                .extracting(approval -> approval.question().rule())
                .containsExactly("scope.rules[1]");
    }

    @Test
    void ofATextSomeHunksMayBeAllowed() throws IOException {
        String before = "one\n" + "same\n".repeat(20) + "two\n";
        Files.writeString(folder.resolve("text.md"), before);
        TaskId task = run(edit(
                "text.md", before.replace("one", "ONE").replace("two", "TWO").strip()));
        Approval asked = open(task, "scope.rules[0]");
        answer(asked, firstHunk("text.md", asked));
        assertThat(text("text.md")).contains(before.replace("one", "ONE"));
        assertThat(state(task, "text.md")).isEqualTo(ChangeState.PENDING);
    }

    /** Somebody has applied the first meanwhile: what is left begins with another one. */
    @Test
    void hunksAreThoseThatWereSeen() throws IOException {
        String before = "one\n" + "same\n".repeat(20) + "two\n";
        Files.writeString(folder.resolve("text.md"), before);
        TaskId task = run(edit(
                "text.md", before.replace("one", "ONE").replace("two", "TWO").strip()));
        Approval asked = open(task, "scope.rules[0]");
        Answer.Narrow first = firstHunk("text.md", asked);
        Selection seen = Selection.ALL.withHunks(
                RelativePath.of("text.md"), Objects.requireNonNull(first.hunks().get("text.md")));
        var _ = host.changes.apply(question(asked).changeSet(), seen, ANNA);
        assertThat(refusal(() -> answer(asked, first)).code()).isEqualTo(HostErrorCode.FILE_CONFLICT);
        assertThat(text("text.md")).contains(before.replace("one", "ONE"));
        assertThat(open(task)).containsExactly(asked);
        answer(asked, firstHunk("text.md", asked));
        assertThat(state(task, "text.md")).isEqualTo(ChangeState.APPLIED);
    }

    /** As it is shown now. */
    private Answer.Narrow firstHunk(String path, Approval approval) {
        Change change = host.changes.get(question(approval).changeSet()).undecided().stream()
                .filter(one -> one.path().equals(RelativePath.of(path)))
                .findFirst()
                .orElseThrow();
        Selection.Hunks first = new Selection.Hunks(Set.of(1), RecordedChangeSet.digest(change));
        return new Answer.Narrow(List.of(), List.of(), Map.of(path, first), Map.of());
    }

    @Test
    void whereTheFolderWasEditedItStaysOpenAndSaysWhatCanBeDone() throws IOException {
        Files.writeString(folder.resolve("a.md"), "before");
        TaskId task = run(edit("a.md", "the task's"), edit("b.md", "b"));
        Approval asked = open(task, "scope.rules[0]");
        Files.writeString(folder.resolve("a.md"), "mine");
        HostException conflict = refusal(() -> answer(asked, ALLOW));
        assertThat(conflict.code()).isEqualTo(HostErrorCode.FILE_CONFLICT);
        assertThat(conflict.getMessage())
                .contains("a.md")
                .contains("mulligan changes " + task)
                .contains("mulligan apply " + task + " --merge");
        assertThat(text("a.md")).contains("mine");
        assertThat(text("b.md")).isEmpty();
        assertThat(open(task)).containsExactly(asked);
        answer(
                asked,
                new Answer.Narrow(List.of(), List.of(), Map.of(), Map.of("a.md", Selection.Resolution.OVERWRITE)));
        assertThat(text("a.md")).contains("the task's");
        assertThat(text("b.md")).contains("b");
    }

    @Test
    void decidedByHandItIsWithdrawnWhenNothingIsLeft() throws IOException {
        TaskId task = run(edit("a.md", "a"), edit("b.md", "b"));
        Approval asked = open(task, "scope.rules[0]");
        var set = host.changes.ofTask(task).getFirst().id();
        var _ = host.changes.apply(set, Selection.of("a.md"), ANNA);
        host.approvals.review(task);
        assertThat(open(task)).containsExactly(asked);
        var _ = host.changes.reject(set, Selection.ALL, ANNA);
        host.approvals.review(task);
        assertThat(open(task)).isEmpty();
        assertThat(host.approvals.get(asked.id()).decided().orElseThrow().answer())
                .isEqualTo(new Answer.Withdrawn());
        assertThat(refusal(() -> answer(asked, ALLOW)).code()).isEqualTo(HostErrorCode.APPROVAL_DECIDED);
        // Taken back, they are for 'mulligan apply': nobody is asked again.
        var _ = host.changes.undo(host.changes.applies().getLast().number(), List.of(), false, ANNA);
        host.approvals.review(task);
        assertThat(state(task, "a.md")).isEqualTo(ChangeState.PENDING);
        assertThat(host.approvals.list(Optional.of(task), false)).hasSize(1);
    }

    @Test
    void newDirectoriesThatComeAlongAreNotAskedAbout() throws IOException {
        TaskId task = run(edit("deep/er/note.md", "note"));
        answer(open(task, "scope.rules[0]"), ALLOW);
        assertThat(text("deep/er/note.md")).contains("note");
        assertThat(host.changes.ofTask(task).getFirst().pending()).isEmpty();
        assertThat(host.approvals.list(Optional.of(task), false)).hasSize(1);
    }

    /** Killed at each of the last writes of a task: asked once, whatever was cut off. */
    @Test
    void aSettlementThatIsCutOffAsksOnce() throws IOException {
        int begun = host.killer.steps();
        run(edit("first.md", "first"));
        int steps = host.killer.steps() - begun;
        for (int step = steps - 10; step <= steps; step++) {
            String note = "note-" + step + ".md";
            host.killer.arm(step, step % 2 == 0);
            TaskId task = host.dispatch(spec(edit(note, "note")));
            TaskFixture.until(() -> isOver(task));
            host.killAndRestart();
            assertThat(host.await(task).state()).isIn(TaskState.SUCCEEDED, TaskState.INTERRUPTED);
            if (host.engine.get(task).state() == TaskState.SUCCEEDED) {
                assertThat(host.approvals.list(Optional.of(task), false)).hasSize(1);
                answer(open(task, "scope.rules[0]"), ALLOW);
                assertThat(text(note)).contains("note");
            }
        }
    }

    /** It has ended, or the host agent has. */
    private boolean isOver(TaskId task) {
        try {
            return host.engine.get(task).state().ended();
        } catch (Crash killed) {
            return true;
        }
    }

    /** Killed at each write of an answer, in databases and in the folder: it is carried out, or a person is asked again. */
    @Test
    void anAnswerThatIsCutOffIsCarriedOutOrAskedAgain() throws IOException {
        boolean finished = false;
        for (int step = 1; !finished; step++) {
            String note = "note-" + step + ".md";
            TaskId task = run(edit(note, "note"));
            Approval asked = open(task, "scope.rules[0]");
            host.killer.arm(step, step % 2 == 0);
            try {
                answer(asked, ALLOW);
                finished = true;
            } catch (Crash killed) {
                assertThat(text(note).isEmpty() || text(note).equals(Optional.of("note")))
                        .isTrue();
            }
            host.killAndRestart();
            boolean open = host.approvals.get(asked.id()).isOpen();
            assertThat(text(note))
                    .as("killed at write " + step)
                    .isEqualTo(open ? Optional.empty() : Optional.of("note"));
            assertThat(state(task, note)).isEqualTo(open ? ChangeState.PENDING : ChangeState.APPLIED);
            if (open) {
                answer(asked, ALLOW);
                assertThat(text(note)).contains("note");
            }
        }
    }
}
