package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static dev.mulligan.host.task.TaskFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.approval.CallQuestion;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.scope.Condition;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Rule;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Scopes;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.tool.CallDigest;
import dev.mulligan.host.tool.FilesOperation;
import dev.mulligan.host.tool.ToolCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rule that asks: the task waits, its sandbox stands still, and what a person says is what happens. */
@Timeout(120)
final class ApprovalTaskTest {
    private static final Actor ANNA = new Actor("local:1000");
    private static final Scope ASKS = new Scope(
            Optional.empty(),
            EnumSet.allOf(Tool.class),
            false,
            List.of(),
            Limits.DEFAULT,
            List.of(
                    new Rule(Condition.of("args.command.startsWith('die')"), Effect.DENY, "never"),
                    new Rule(Condition.of("args.command.startsWith('remove')"), Effect.ASK, "removes things")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    private final TaskFixture host;

    ApprovalTaskTest(@TempDir(factory = MemoryDirectory.class) Path directory) {
        host = new TaskFixture(directory).start();
        host.machine().put("/a", "1");
        host.machine().put("/b", "1");
    }

    @AfterEach
    void close() {
        host.close();
    }

    private TaskId dispatch(OnFailure onFailure, ToolCall... calls) {
        return host.dispatch(Specs.spec(new TaskPlace.ExistingSandbox(SANDBOX), ASKS, onFailure, false, calls));
    }

    private Approval awaitOpen(TaskId task) {
        until(() -> !host.approvals.list(Optional.of(task), true).isEmpty());
        Approval open = host.approvals.list(Optional.of(task), true).getFirst();
        until(() -> host.machine().paused());
        return open;
    }

    private static CallQuestion about(Approval approval) {
        return (CallQuestion) approval.question();
    }

    private void answer(Approval approval, Answer answer) {
        host.approvals.decide(approval.id(), approval.digest(), answer, ANNA);
    }

    private List<Outcome> outcomes(TaskId task) {
        return host.engine.get(task).results().stream().map(CallResult::outcome).toList();
    }

    @Test
    void theSandboxStandsStillUntilItIsAllowedAndThenTheCallRuns() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("write /c 1"), shell("remove /a"), shell("write /d 1"));
        Approval asked = awaitOpen(task);
        assertThat(host.machine().file("/a")).contains("1");
        assertThat(about(asked).arguments()).contains("remove /a");
        assertThat(asked.question().rule()).isEqualTo("scope.rules[1]");
        assertThat(asked.question().reason()).isEqualTo("removes things");
        assertThat(about(asked).wayBack())
                .contains(host.engine.get(task).before().orElseThrow());
        assertThat(host.engine.get(task).state()).isEqualTo(TaskState.RUNNING);
        answer(asked, new Answer.Allow(false));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.machine().file("/a")).isEmpty();
        assertThat(host.machine().paused()).isFalse();
        List<String> acts = host.sandboxes.acts();
        assertThat(acts.subList(acts.indexOf("pause"), acts.size()))
                .startsWith("pause", "resume", acts.get(acts.indexOf("pause") + 2), "run bash as agent");
        assertThat(host.kinds())
                .containsSubsequence(
                        "call.decided",
                        "approval.asked",
                        "sandbox.paused",
                        "approval.decided",
                        "sandbox.resumed",
                        "checkpoint.created",
                        "call.ended");
    }

    @Test
    void deniedTheCallFailsWithTheReasonAndTheTaskGoesOn() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"), shell("write /d 1"));
        answer(awaitOpen(task), new Answer.Deny("keep it", false));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(outcomes(task)).containsExactly(Outcome.DENIED, Outcome.OK);
        assertThat(host.engine.get(task).results().getFirst().message())
                .contains("scope.rules[1]")
                .contains("local:1000")
                .contains("keep it");
        assertThat(host.machine().files()).containsKeys("/a", "/d");
    }

    @Test
    void deniedAndStoppedTheMachineReturns() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("write /c 1"), shell("remove /a"), shell("write /d 1"));
        answer(awaitOpen(task), new Answer.Deny("", true));
        assertThat(host.await(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(host.engine.get(task).rolledBack()).isTrue();
        assertThat(host.machine().files()).containsKey("/a").doesNotContainKeys("/c", "/d");
        assertThat(host.machine().paused()).isFalse();
    }

    @Test
    void anEditedCallRunsInItsPlace() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a; remove /b"));
        answer(awaitOpen(task), new Answer.Edit(shell("remove /b")));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.machine().files()).containsKey("/a").doesNotContainKey("/b");
    }

    @Test
    void anEditedCallIsOnRecordWithItsArgumentsBeforeItRuns() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a; remove /b"));
        Approval asked = awaitOpen(task);
        ToolCall edited = shell("write /b 2");
        answer(asked, new Answer.Edit(edited));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(decided(AuditQuery.ofTask(task)))
                .extracting(event -> event.decision() + " " + event.rule())
                .containsExactly("ask scope.rules[1]", "allow scope.tools");
        assertThat(decided(AuditQuery.ofTask(task)).getLast().details())
                .containsEntry("call", "0")
                .containsEntry("arguments_sha256", CallDigest.of(edited).sha256())
                .containsEntry("approval", asked.id().value())
                .containsEntry("edited_by", "local:1000")
                .containsEntry("ruling", "allow")
                .doesNotContainKey(AuditEvent.ARGUMENTS);
        assertThat(host.kinds())
                .containsSubsequence("approval.decided", "call.decided", "checkpoint.created", "call.ended");
    }

    @Test
    void theArgumentsOfAnEditedCallAreOnRecordWhereTheScopeSaysSoAndItsPathsAlways() {
        Scope scope = Scopes.scope("{tools: [files], record: full, rules: [{when: 'tool == \"files\"', then: ask}]}");
        TaskId task = host.dispatch(Specs.spec(
                new TaskPlace.ExistingSandbox(SANDBOX), scope, OnFailure.ROLLBACK, false, makeDirectory("/asked")));
        Approval asked = awaitOpen(task);
        answer(asked, new Answer.Edit(makeDirectory("/made/instead")));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(decided(ofPath("/made")))
                .singleElement()
                .satisfies(event -> assertThat(event.details())
                        .containsEntry("path", "/made/instead")
                        .containsEntry(AuditEvent.ARGUMENTS, "make directory /made/instead")
                        .containsEntry("ruling", "ask"));
        assertThat(decided(ofPath("/asked"))).hasSize(1);
    }

    @Test
    void anEditedCallThatCannotBeRecordedDoesNotRun() {
        AtomicInteger decisions = new AtomicInteger();
        host.rig(
                UnaryOperator.identity(),
                log -> event -> {
                    if (event.kind().equals("call.decided") && decisions.incrementAndGet() == 2) {
                        throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "the log is full")
                                .build();
                    }
                    return log.append(event);
                },
                act -> {});
        host.renew().start();
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"));
        answer(awaitOpen(task), new Answer.Edit(shell("remove /b")));
        assertThat(host.await(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(host.machine().files()).containsKeys("/a", "/b");
        assertThat(host.sandboxes.acts()).noneMatch(act -> act.startsWith("run "));
    }

    @Test
    void oneThatIsSentBackAsItWasIsDecidedOnce() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"));
        answer(awaitOpen(task), new Answer.Edit(shell("remove /a")));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(decided(AuditQuery.ofTask(task))).hasSize(1);
    }

    private static ToolCall makeDirectory(String path) {
        return Specs.files(new FilesOperation.MakeDirectory(GuestPath.of(path)));
    }

    private static AuditQuery ofPath(String path) {
        return new AuditQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(path),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    private List<AuditEvent> decided(AuditQuery query) {
        List<AuditEvent> events = new ArrayList<>();
        host.audit.reader().query(query, entry -> events.add(entry.event()));
        return events.stream()
                .filter(event -> event.kind().equals("call.decided"))
                .toList();
    }

    @Test
    void anEditMayNotDoWhatTheScopeDeniesNorUseAnotherToolOrRoot() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"));
        Approval asked = awaitOpen(task);
        ToolCall asRoot = new ToolCall.Shell(((ToolCall.Shell) shell("remove /b")).command(), true, Optional.empty());
        assertRefused(asked, shell("die"), HostErrorCode.SCOPE_DENIED);
        assertRefused(asked, Specs.python("remove /b"), HostErrorCode.BAD_TASK);
        assertRefused(asked, asRoot, HostErrorCode.BAD_TASK);
        assertRefused(asked, shell("remove /b", Duration.ofDays(2)), HostErrorCode.SCOPE_DENIED);
        answer(asked, new Answer.Deny("", true));
        assertThat(host.await(task).state()).isEqualTo(TaskState.FAILED);
    }

    private void assertRefused(Approval asked, ToolCall edited, HostErrorCode code) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> answer(asked, new Answer.Edit(edited)))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void allowedForTheTaskNobodyIsAskedAgainButInTheNextTask() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"), shell("remove /b"));
        Approval asked = awaitOpen(task);
        answer(asked, new Answer.Allow(true));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.approvals.list(Optional.of(task), false)).hasSize(1);
        assertThat(host.record().stream()
                        .filter(entry -> entry.event().kind().equals("call.allowed"))
                        .toList())
                .singleElement()
                .satisfies(entry -> assertThat(entry.event().details())
                        .containsEntry("approval", asked.id().value()));
        TaskId next = dispatch(OnFailure.ROLLBACK, shell("remove /a"));
        answer(awaitOpen(next), new Answer.Deny("", true));
        assertThat(host.await(next).state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void cancelledWhileItWaitsItIsWithdrawnAndTheMachineReturns() throws Exception {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("write /c 1"), shell("remove /a"));
        Approval asked = awaitOpen(task);
        assertThat(host.engine.cancel(task, ANNA).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(host.machine().files()).doesNotContainKey("/c");
        assertThat(host.approvals.get(asked.id()).decided().orElseThrow().answer())
                .isEqualTo(new Answer.Withdrawn());
    }

    @Test
    void itWaitsOnThroughARestartOfTheHostAgentAndDoesNothingTwice() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("write /c 1"), shell("remove /a"), shell("write /d 1"));
        Approval asked = awaitOpen(task);
        host.engine.close();
        host.restart();
        assertThat(host.engine.get(task).state()).isEqualTo(TaskState.RUNNING);
        host.start();
        assertThat(host.approvals.list(Optional.of(task), true)).containsExactly(asked);
        host.machine().put("/c", "of the first run");
        answer(asked, new Answer.Allow(false));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(outcomes(task)).containsExactly(Outcome.OK, Outcome.OK, Outcome.OK);
        assertThat(host.machine().files())
                .containsEntry("/c", "of the first run")
                .containsKey("/d")
                .doesNotContainKey("/a");
        assertThat(host.sandboxes.acts()).first().isEqualTo("hold");
    }

    @Test
    void itWaitsOnEvenIfTheHostAgentEndsBetweenTheQuestionAndTheWait() {
        host.rig(UnaryOperator.identity(), UnaryOperator.identity(), act -> {
            if (act.equals("pause")) {
                Thread closer = Thread.ofPlatform().start(host.engine::close);
                // It has told the task to stop and waits for it.
                until(() -> closer.getState() == Thread.State.TIMED_WAITING);
            }
        });
        host.renew().start();
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"));
        Approval asked = awaitOpen(task);
        host.restart();
        assertThat(host.engine.get(task).state()).isEqualTo(TaskState.RUNNING);
        host.start();
        answer(asked, new Answer.Allow(false));
        assertThat(host.await(task).state()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void anAnswerThatCameWhileNobodyWaitedIsTakenUp() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a"));
        Approval asked = awaitOpen(task);
        host.engine.close();
        host.restart();
        answer(asked, new Answer.Deny("no", true));
        host.start();
        assertThat(host.await(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(host.machine().files()).containsKey("/a");
    }

    @Test
    void anAnswerThatWasBegunIsNotTakenUpAgain() {
        TaskId task = dispatch(OnFailure.ROLLBACK, shell("remove /a; wait"));
        answer(awaitOpen(task), new Answer.Allow(false));
        until(() -> host.machine().file("/a").isEmpty());
        host.engine.close();
        host.restart();
        host.start();
        assertThat(host.await(task).state()).isEqualTo(TaskState.INTERRUPTED);
        assertThat(host.machine().files()).containsKey("/a");
    }
}
