package dev.mulligan.host.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.vm.CheckpointId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ApprovalsTest {
    private static final Actor ANNA = new Actor("local:1000");
    private static final Actor BERT = new Actor("token:phone");
    private static final TaskId TASK = new TaskId("nightly");
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Answer ONCE = new Answer.Allow(false);

    private final Path directory;
    private final List<AuditEvent> recorded = new CopyOnWriteArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T03:02:01Z"));
    private final InstantSource clock = now::get;
    private volatile boolean auditWorks = true;
    private SqliteStore store;
    private StoredApprovals approvals;

    ApprovalsTest(@TempDir(factory = MemoryDirectory.class) Path directory) {
        this.directory = directory;
        MigratedState.into(directory);
        this.store = SqliteStore.openJournal(directory);
        this.approvals = approvals();
    }

    private StoredApprovals approvals() {
        return new StoredApprovals(store, this::append, clock, new Random(), new FakeChangeAnswers());
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
    }

    private static CallQuestion question(int call, String command) {
        return new CallQuestion(
                TASK,
                new SandboxId("sb-0000000001"),
                call,
                Tool.SHELL,
                false,
                "{\"command\":\"" + command + "\"}",
                "scope.rules[0]",
                "removes things",
                Optional.of(new CheckpointId("c1")));
    }

    private Approval ask(int call, String command) {
        return approvals.ask(question(call, command), PATIENCE, edited -> {});
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
    void whatCannotBeRecordedIsNeitherAskedNorAnswered() {
        auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> ask(0, "rm a"));
        assertThat(approvals.list(Optional.empty(), false)).isEmpty();
        auditWorks = true;
        Approval asked = ask(0, "rm a");
        auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> approvals.decide(asked.id(), asked.digest(), ONCE, ANNA));
        assertThat(approvals.get(asked.id()).isOpen()).isTrue();
    }

    @Test
    void anAnswerStandsInTheRecordWithWhoAndWhatWasShown() {
        Approval asked = ask(0, "rm a");
        approvals.decide(asked.id(), asked.digest(), new Answer.Deny("not on a Friday", true), BERT);
        assertThat(kinds()).containsExactly("approval.asked", "approval.decided");
        AuditEvent decided = recorded.getLast();
        assertThat(decided.actor()).isEqualTo(BERT);
        assertThat(decided.decision()).isEqualTo("deny");
        assertThat(decided.rule()).isEqualTo("scope.rules[0]");
        assertThat(decided.details())
                .containsEntry("answer", "deny and stop")
                .containsEntry("reason", "not on a Friday")
                .containsEntry("shown_sha256", asked.digest());
    }

    @Test
    void anAnswerToSomethingElseIsRefused() {
        Approval first = ask(0, "rm a");
        Approval other = approvals.ask(question(1, "rm b"), PATIENCE, edited -> {});
        assertThat(first.digest()).isNotEqualTo(other.digest());
        assertFails(HostErrorCode.APPROVAL_CHANGED, () -> approvals.decide(first.id(), other.digest(), ONCE, ANNA));
        assertThat(approvals.list(Optional.of(TASK), true)).hasSize(2);
        assertThat(first.shown()).contains("rm a").contains("\"call\":0").contains("\"way_back\":\"c1\"");
    }

    @Test
    void ofManyWhoAnswerAtOnceOneWinsAndTheOthersAreToldWhoItWas() throws Exception {
        for (int round = 0; round < 20; round++) {
            Approval asked = ask(round, "rm " + round);
            List<Callable<Optional<HostException>>> people = new ArrayList<>();
            for (int person = 0; person < 8; person++) {
                Actor actor = new Actor("token:" + person);
                Answer answer = person % 2 == 0 ? ONCE : new Answer.Deny("", false);
                people.add(() -> {
                    try {
                        approvals.decide(asked.id(), asked.digest(), answer, actor);
                        return Optional.empty();
                    } catch (HostException late) {
                        return Optional.of(late);
                    }
                });
            }
            List<HostException> late = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(people.size())) {
                for (Future<Optional<HostException>> outcome : threads.invokeAll(people)) {
                    outcome.get().ifPresent(late::add);
                }
            }
            Approval.Decided winner = approvals.get(asked.id()).decided().orElseThrow();
            assertThat(late).hasSize(people.size() - 1).allSatisfy(told -> {
                assertThat(told.code()).isEqualTo(HostErrorCode.APPROVAL_DECIDED);
                assertThat(told.value())
                        .contains(winner.actor().name())
                        .contains(winner.answer().verdict());
            });
        }
        assertThat(kinds()).filteredOn("approval.decided"::equals).hasSize(20);
    }

    @Test
    void nobodyInTimeIsANo() throws Exception {
        Approval asked = ask(0, "rm a");
        CompletableFuture<Optional<Approval.Decided>> waiting = waiting(asked.id());
        now.updateAndGet(instant -> instant.plus(PATIENCE));
        assertThat(waiting.get(30, TimeUnit.SECONDS).orElseThrow().answer()).isEqualTo(new Answer.Expired());
        assertFails(HostErrorCode.APPROVAL_DECIDED, () -> approvals.decide(asked.id(), asked.digest(), ONCE, ANNA));
        assertThat(recorded.getLast().decision()).isEqualTo("deny");
        assertThat(recorded.getLast().actor()).isEqualTo(Actor.HOST);
    }

    @Test
    void whoComesTooLateCannotAllowEvenWhereNobodyHasNoticed() {
        Approval asked = ask(0, "rm a");
        now.updateAndGet(instant -> instant.plus(PATIENCE));
        assertFails(HostErrorCode.APPROVAL_DECIDED, () -> approvals.decide(asked.id(), asked.digest(), ONCE, ANNA));
        assertThat(approvals.get(asked.id()).decided().orElseThrow().answer()).isEqualTo(new Answer.Expired());
    }

    private CompletableFuture<Optional<Approval.Decided>> waiting(ApprovalId id) {
        // A thread of its own: the common pool may have but one.
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return approvals.await(id);
                    } catch (InterruptedException nobodyDoes) {
                        throw new AssertionError(nobodyDoes);
                    }
                },
                task -> Thread.ofPlatform().start(task));
    }

    @Test
    void itOutlivesTheHostAgentAndIsAskedOnce() throws Exception {
        Approval asked = ask(0, "rm a");
        CompletableFuture<Optional<Approval.Decided>> waiting = waiting(asked.id());
        approvals.leave();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEmpty();
        restart();
        assertThat(approvals.pending(TASK)).contains(asked);
        assertThat(ask(0, "rm a").id()).isEqualTo(asked.id());
        approvals.decide(asked.id(), asked.digest(), ONCE, ANNA);
        restart();
        // Answered, and not begun: the answer is still there for whoever goes on.
        assertThat(ask(0, "rm a").id()).isEqualTo(asked.id());
        assertThat(approvals.await(asked.id()).orElseThrow().answer()).isEqualTo(ONCE);
        approvals.take(asked.id());
        assertThat(approvals.pending(TASK)).isEmpty();
        assertThat(kinds()).containsExactly("approval.asked", "approval.decided");
    }

    @Test
    void allowedForTheTaskIsThatRuleAndToolAndTaskOnly() {
        Approval asked = ask(0, "rm a");
        approvals.decide(asked.id(), asked.digest(), new Answer.Allow(true), ANNA);
        assertThat(approvals.allowance(TASK, "scope.rules[0]", Tool.SHELL)).contains(asked.id());
        assertThat(approvals.allowance(TASK, "scope.rules[1]", Tool.SHELL)).isEmpty();
        assertThat(approvals.allowance(TASK, "scope.rules[0]", Tool.PYTHON)).isEmpty();
        assertThat(approvals.allowance(new TaskId("other"), "scope.rules[0]", Tool.SHELL))
                .isEmpty();
        Approval once = ask(1, "rm b");
        approvals.decide(once.id(), once.digest(), ONCE, ANNA);
        restart();
        assertThat(approvals.allowance(TASK, "scope.rules[0]", Tool.SHELL)).contains(asked.id());
    }

    @Test
    void anEditThatMayNotBeLeavesItOpen() {
        ToolCall edited = new ToolCall.Shell(new ShellCommand.Line("rm -r build"), false, Optional.empty());
        HostException refusal =
                HostException.of(HostErrorCode.SCOPE_DENIED, "no").build();
        Approval asked = approvals.ask(question(0, "rm a"), PATIENCE, call -> {
            assertThat(call).isEqualTo(edited);
            throw refusal;
        });
        assertFails(
                HostErrorCode.SCOPE_DENIED,
                () -> approvals.decide(asked.id(), asked.digest(), new Answer.Edit(edited), ANNA));
        assertThat(approvals.get(asked.id()).isOpen()).isTrue();
        restart();
        assertFails(
                HostErrorCode.SHUTTING_DOWN,
                () -> approvals.decide(asked.id(), asked.digest(), new Answer.Edit(edited), ANNA));
        approvals.ask(question(0, "rm a"), PATIENCE, call -> {});
        approvals.decide(asked.id(), asked.digest(), new Answer.Edit(edited), ANNA);
        restart();
        assertThat(approvals.get(asked.id()).decided().orElseThrow().answer()).isEqualTo(new Answer.Edit(edited));
    }

    @Test
    void aTaskThatEndedWithdrawsWhatItAsked() {
        Approval asked = ask(0, "rm a");
        approvals.withdraw(TASK);
        approvals.withdraw(TASK);
        assertFails(HostErrorCode.APPROVAL_DECIDED, () -> approvals.decide(asked.id(), asked.digest(), ONCE, ANNA));
        assertThat(kinds()).containsExactly("approval.asked", "approval.decided");
    }

    @Test
    void whoWatchesSeesWhatIsOpenAndWhatBecomesOfIt() throws Exception {
        Approval before = ask(0, "rm a");
        LinkedBlockingQueue<Approval> seen = new LinkedBlockingQueue<>();
        Thread watcher = Thread.ofVirtual().start(() -> {
            try {
                approvals.watch(seen::add);
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(before);
        Approval later = ask(1, "rm b");
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(later);
        approvals.decide(before.id(), before.digest(), ONCE, BERT);
        assertThat(seen.poll(30, TimeUnit.SECONDS))
                .satisfies(decided ->
                        assertThat(decided.decided().orElseThrow().actor()).isEqualTo(BERT));
        watcher.interrupt();
        watcher.join();
        assertThat(seen).isEmpty();
    }

    @Test
    void whatIsUnknownIsSaid() {
        assertFails(HostErrorCode.UNKNOWN_APPROVAL, () -> approvals.get(new ApprovalId("ap-0000000000")));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> new ApprovalId("../../etc"));
    }
}
