package dev.mulligan.host.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSetId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions about changes: nothing waits for them, and what is answered is carried out. */
@Timeout(60)
final class ChangeApprovalsTest {
    private static final Actor ANNA = new Actor("local:1000");
    private static final TaskId TASK = new TaskId("nightly");
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Answer ALLOW = new Answer.Allow(false);
    private static final Sha256 SEEN = Sha256.of(ByteString.EMPTY);
    private static final Answer DENY = new Answer.Deny("", false);

    private final Path directory;
    private final List<AuditEvent> recorded = new CopyOnWriteArrayList<>();
    private final FakeChangeAnswers changes = new FakeChangeAnswers();
    private volatile boolean auditWorks = true;
    private volatile Duration later = Duration.ZERO;
    private SqliteStore store;
    private StoredApprovals approvals;

    ChangeApprovalsTest(@TempDir(factory = MemoryDirectory.class) Path directory) {
        this.directory = directory;
        MigratedState.into(directory);
        this.store = SqliteStore.openJournal(directory);
        this.approvals = approvals();
    }

    private StoredApprovals approvals() {
        return new StoredApprovals(store, this::append, () -> Instant.now().plus(later), new Random(), changes);
    }

    private long append(AuditEvent event) {
        if (!auditWorks) {
            throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "the record cannot be written")
                    .build();
        }
        recorded.add(event);
        return recorded.size();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void restart() {
        store.close();
        store = SqliteStore.openJournal(directory);
        approvals = approvals();
        approvals.takeUp();
    }

    private static ChangesQuestion question(String set, String rule, int deleted) {
        return new ChangesQuestion(
                TASK,
                new ChangeSetId(set),
                Path.of("/home/anna/reports"),
                rule,
                "deletes",
                0,
                1,
                deleted,
                0,
                Sha256.of(ByteString.copyFromUtf8(set + deleted)));
    }

    private Approval ask() {
        return approvals.ask(question("set", "scope.rules[1]", 2), WEEK).orElseThrow();
    }

    private Approval answer(Approval approval, Answer answer) {
        return approvals.decide(approval.id(), approval.digest(), answer, ANNA);
    }

    private Optional<Answer> answered(Approval approval) {
        return approvals.get(approval.id()).decided().map(Approval.Decided::answer);
    }

    private static void assertFails(HostErrorCode code, ThrowingCallable action) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(action)
                .satisfies(failed -> assertThat(failed.code()).isEqualTo(code));
    }

    private List<String> kinds() {
        return recorded.stream().map(AuditEvent::kind).toList();
    }

    @Test
    void isAskedOnceForEachChangeSetAndRuleWhateverBecameOfIt() {
        Approval asked = ask();
        assertThat(approvals.ask(question("set", "scope.rules[1]", 2), WEEK)).isEmpty();
        assertThat(approvals.ask(question("set", "scope.rules[2]", 2), WEEK)).isPresent();
        assertThat(approvals.ask(question("other", "scope.rules[1]", 2), WEEK)).isPresent();
        answer(asked, DENY);
        restart();
        // The settlement of a task that was cut off, again; some of the changes are decided meanwhile.
        assertThat(approvals.ask(question("set", "scope.rules[1]", 1), WEEK)).isEmpty();
        assertThat(approvals.list(Optional.of(TASK), false)).hasSize(3);
    }

    @Test
    void noTaskWaitsForItAndItStaysWhenTheTaskEnds() {
        Approval asked = ask();
        assertThat(approvals.pending(TASK)).isEmpty();
        approvals.withdraw(TASK);
        restart();
        assertThat(approvals.list(Optional.of(TASK), true)).containsExactly(asked);
        assertThat(asked.shown())
                .contains("\"change_set\":\"set\"")
                .contains("\"folder\":\"/home/anna/reports\"")
                .contains("\"deleted\":2")
                .contains("\"changes\":\"" + ((ChangesQuestion) asked.question()).changes() + "\"");
    }

    @Test
    void ifNobodyAnswersInTimeNothingIsDoneAndNobodyIsAskedAgain() {
        Approval asked = ask();
        later = WEEK.plusSeconds(1);
        assertFails(HostErrorCode.APPROVAL_DECIDED, () -> answer(asked, ALLOW));
        assertThat(answered(asked)).contains(new Answer.Expired());

        later = Duration.ZERO;
        Approval other =
                approvals.ask(question("other", "scope.rules[1]", 2), WEEK).orElseThrow();
        later = WEEK.plusSeconds(1);
        assertThat(approvals.list(Optional.empty(), true)).isEmpty();
        assertThat(answered(other)).contains(new Answer.Expired());
        assertThat(recorded.getLast().kind()).isEqualTo("approval.decided");
        assertThat(recorded.getLast().decision()).isEqualTo("deny");
        restart();
        assertThat(changes.done).isEmpty();
        assertThat(approvals.ask(question("other", "scope.rules[1]", 2), WEEK)).isEmpty();
    }

    @Test
    void whoseTimeIsOverWhileTheRecordCannotBeWrittenIsNotLost() {
        Approval asked = ask();
        later = WEEK.plusSeconds(1);
        auditWorks = false;
        assertThat(approvals.list(Optional.empty(), true)).containsExactly(asked);
        auditWorks = true;
        assertThat(approvals.list(Optional.empty(), true)).isEmpty();
    }

    @Test
    void theAnswerIsOnRecordBeforeItIsCarriedOut() {
        Approval asked = ask();
        changes.before = answer -> assertThat(kinds()).containsExactly("approval.asked", "approval.decided");
        answer(asked, ALLOW);
        assertThat(changes.done).containsExactly("allow once by local:1000");
        assertThat(answered(asked)).contains(ALLOW);
        assertThat(recorded.getLast().decision()).isEqualTo("allow");
        assertThat(recorded.getLast().rule()).isEqualTo("scope.rules[1]");
        assertThat(recorded.getLast().details())
                .containsEntry("change_set", "set")
                .containsEntry("count", "3")
                .containsEntry("shown_sha256", asked.digest());
    }

    @Test
    void withoutARecordNothingIsAskedOrCarriedOut() {
        auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, this::ask);
        auditWorks = true;
        Approval asked = ask();
        auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> answer(asked, ALLOW));
        assertThat(changes.done).isEmpty();
        assertThat(approvals.get(asked.id()).isOpen()).isTrue();
    }

    @Test
    void anAnswerToOtherContentsIsRefused() {
        Approval asked = ask();
        Approval other =
                approvals.ask(question("set", "scope.rules[2]", 2), WEEK).orElseThrow();
        assertFails(HostErrorCode.APPROVAL_CHANGED, () -> approvals.decide(asked.id(), other.digest(), ALLOW, ANNA));
        assertThat(changes.done).isEmpty();
    }

    @Test
    void ofManyWhoAnswerAtOnceOneWinsAndOnlyThatIsCarriedOut() throws Exception {
        for (int round = 0; round < 10; round++) {
            changes.pending = true;
            changes.done.clear();
            Approval asked = approvals
                    .ask(question("set" + round, "scope.rules[1]", 2), WEEK)
                    .orElseThrow();
            List<Callable<Boolean>> people = new ArrayList<>();
            for (int person = 0; person < 6; person++) {
                Actor actor = new Actor("token:" + person);
                Answer answer = person % 2 == 0 ? ALLOW : DENY;
                people.add(() -> {
                    try {
                        approvals.decide(asked.id(), asked.digest(), answer, actor);
                        return true;
                    } catch (HostException late) {
                        assertThat(late.code()).isEqualTo(HostErrorCode.APPROVAL_DECIDED);
                        return false;
                    }
                });
            }
            int winners = 0;
            try (ExecutorService threads = Executors.newFixedThreadPool(people.size())) {
                for (Future<Boolean> won : threads.invokeAll(people)) {
                    winners += won.get() ? 1 : 0;
                }
            }
            Approval.Decided decided = approvals.get(asked.id()).decided().orElseThrow();
            assertThat(winners).isEqualTo(1);
            assertThat(changes.done).containsExactly(decided.answer().verdict() + " by " + decided.actor());
        }
    }

    @Test
    void whatCannotBeCarriedOutIsOpenAgain() {
        Approval asked = ask();
        changes.failure = Optional.of(HostErrorCode.FILE_CONFLICT);
        assertFails(HostErrorCode.FILE_CONFLICT, () -> answer(asked, ALLOW));
        assertThat(approvals.list(Optional.of(TASK), true)).containsExactly(asked);
        assertThat(kinds()).containsExactly("approval.asked", "approval.decided", "approval.reopened");
        assertThat(recorded.getLast().details())
                .hasEntrySatisfying("reason", why -> assertThat(why).contains("report.md has changed"));
        restart();
        assertThat(approvals.list(Optional.of(TASK), true)).containsExactly(asked);
        changes.failure = Optional.empty();
        answer(asked, DENY);
        assertThat(changes.done).containsExactly("deny by local:1000");
    }

    @Test
    void whatMakesNoSenseIsRefusedAndDecidesNothing() {
        Approval asked = ask();
        Answer edit = new Answer.Edit(new ToolCall.Shell(new ShellCommand.Line("ls"), false, Optional.empty()));
        for (Answer odd : List.of(new Answer.Allow(true), new Answer.Deny("", true), edit)) {
            assertFails(HostErrorCode.INVALID_ARGUMENT, () -> answer(asked, odd));
        }
        assertFails(
                HostErrorCode.NO_SUCH_FILE,
                () -> answer(asked, new Answer.Narrow(List.of("nowhere"), List.of(), Map.of(), Map.of())));
        assertThat(approvals.get(asked.id()).isOpen()).isTrue();
        assertThat(kinds()).containsExactly("approval.asked");
    }

    @Test
    void aNarrowedAnswerIsKeptAsItWasGiven() {
        Approval asked = ask();
        Answer narrow = new Answer.Narrow(
                List.of("notes/**", "report.md"),
                List.of("old"),
                Map.of("report.md", new Selection.Hunks(Set.of(1, 3), SEEN)),
                Map.of("notes/a", Selection.Resolution.MERGE));
        answer(asked, narrow);
        restart();
        assertThat(answered(asked)).contains(narrow);
        assertThat(changes.done).containsExactly("narrow and allow by local:1000");
        assertThat(recorded.getLast().decision()).isEqualTo("allow");
    }

    @Test
    void decidedInAnotherWayItIsWithdrawn() {
        Approval asked = ask();
        approvals.review(TASK);
        assertThat(approvals.get(asked.id()).isOpen()).isTrue();
        changes.pending = false;
        // Before anybody has reviewed it, an answer comes too late.
        assertFails(HostErrorCode.APPROVAL_DECIDED, () -> answer(asked, ALLOW));
        assertThat(answered(asked)).contains(new Answer.Withdrawn());
        changes.pending = true;
        Approval other =
                approvals.ask(question("other", "scope.rules[1]", 2), WEEK).orElseThrow();
        changes.pending = false;
        approvals.review(new TaskId("another"));
        assertThat(approvals.get(other.id()).isOpen()).isTrue();
        approvals.review(TASK);
        assertThat(answered(other)).contains(new Answer.Withdrawn());
        restart();
        assertThat(changes.done).isEmpty();
    }

    /** The end of a process. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private void answerAndBeKilled(Approval asked, Answer answer) {
        changes.before = _ -> {
            throw new Killed();
        };
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> answer(asked, answer));
        changes.before = _ -> {};
    }

    @Test
    void anAnswerThatAHostAgentWasKilledOverIsCarriedOutByTheNext() {
        Approval asked = ask();
        answerAndBeKilled(asked, ALLOW);
        restart();
        assertThat(changes.done).containsExactly("allow once by local:1000");
        assertThat(answered(asked)).contains(ALLOW);
        restart();
        assertThat(changes.done).hasSize(1);
    }

    @Test
    void ifThatCannotBeDoneAPersonIsAskedAgain() {
        Approval asked = ask();
        answerAndBeKilled(asked, ALLOW);
        changes.failure = Optional.of(HostErrorCode.FILE_CONFLICT);
        restart();
        assertThat(approvals.list(Optional.of(TASK), true)).containsExactly(asked);
        assertThat(kinds()).containsExactly("approval.asked", "approval.decided", "approval.reopened");
    }

    /** It may have been done, and the hunks that are left have other numbers then. */
    @Test
    void aNarrowedAnswerIsNotDoneTwice() {
        Approval asked = ask();
        answerAndBeKilled(
                asked,
                new Answer.Narrow(
                        List.of(), List.of(), Map.of("report.md", new Selection.Hunks(Set.of(1), SEEN)), Map.of()));
        restart();
        assertThat(changes.done).isEmpty();
        assertThat(approvals.list(Optional.of(TASK), true)).containsExactly(asked);
        assertThat(recorded.getLast().kind()).isEqualTo("approval.reopened");
    }
}
