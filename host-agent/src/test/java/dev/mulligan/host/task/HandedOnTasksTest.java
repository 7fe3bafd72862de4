package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.ACTOR;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.approval.Answer;
import dev.mulligan.host.approval.Approval;
import dev.mulligan.host.audit.AuditEntry;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.sandbox.FakeSandboxes;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.Scopes;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.task.Tasks.TaskFilter;
import dev.mulligan.host.tool.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that starts a task, and a thread's next task: someone who wants more than what is handed on. */
final class HandedOnTasksTest {
    private static final ThreadName TIDY = new ThreadName("tidy");
    private static final TaskPlace HERE = new TaskPlace.ExistingSandbox(SANDBOX);
    private static final TaskPlace NEW = new TaskPlace.NewSandbox("base");

    private final Path directory;
    private final Path folder;
    private final TaskFixture host;

    HandedOnTasksTest(@TempDir Path root) throws IOException {
        this.directory = Files.createDirectories(root.resolve("state"));
        this.folder = root.resolve("reports");
        Files.createDirectories(folder.resolve("old"));
        this.host = new TaskFixture(directory).start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static TaskSpec spec(TaskPlace place, String scope, Lineage lineage, ToolCall... calls) {
        return Specs.spec(place, Scopes.scope(scope), OnFailure.ROLLBACK, false, calls)
                .withLineage(lineage);
    }

    private static Lineage after(TaskId parent) {
        return Lineage.asked(Optional.of(parent), Optional.empty());
    }

    private static final Lineage NEXT = Lineage.asked(Optional.empty(), Optional.of(TIDY));

    private Task first(String scope, ToolCall... calls) {
        return host.run(spec(HERE, scope, Lineage.NONE, calls));
    }

    private Task child(Task parent, String scope, ToolCall... calls) {
        return host.run(spec(HERE, scope, after(parent.id()), calls));
    }

    private AuditEvent recorded(Task task, String kind) {
        return host.record().stream()
                .map(AuditEntry::event)
                .filter(event -> event.kind().equals(kind) && event.task().equals(Optional.of(task.id())))
                .reduce((one, last) -> last)
                .orElseThrow();
    }

    private void assertRefused(TaskSpec spec, HostErrorCode code, String said) {
        assertThatThrownBy(() -> host.engine.dispatch(Optional.empty(), spec, Actor.HOST))
                .asInstanceOf(type(HostException.class))
                .returns(code, HostException::code)
                .satisfies(refused -> assertThat(refused).hasMessageContaining(said))
                .satisfies(refused -> assertThat(refused.remedy()).isNotEmpty());
    }

    @Test
    void aChildThatAsksForMoreGetsOnlyWhatItsParentMay() {
        Task parent = first("""
                tools: [shell]
                limits: {time: 30s, memory: 128Mi, approval: 1m, disk: 64Gi}
                rules: [{when: 'args.command.startsWith("write ")', then: deny, why: read only}]
                apply: never
                record: full
                """, shell("echo x"));
        Task child = child(parent, """
                tools: [shell, python]
                root: true
                limits: {time: 1h, memory: 256Mi, approval: 7d, disk: 1Ti}
                rules: [{when: 'true', then: allow}]
                apply: auto
                default: ask
                record: digests
                """, shell("echo x"), shell("write /a 1"));
        assertThat(child.results()).extracting(CallResult::outcome).containsExactly(Outcome.OK, Outcome.DENIED);
        String rule = "task:" + parent.id() + ".rules[0]";
        assertThat(child.results().getLast().message()).isEqualTo(rule + ": read only");
        assertThat(recorded(child, "call.decided"))
                .returns("deny", AuditEvent::decision)
                .returns(rule, AuditEvent::rule);
        assertThat(recorded(child, "scope.resolved").details())
                .containsEntry("parent", parent.id().value())
                .containsEntry("tools", "shell")
                .containsEntry("root", "false")
                .containsEntry("time", "PT30S")
                .containsEntry("memory", "128Mi")
                .containsEntry("approval", "PT1M")
                .containsEntry("disk", "64Gi")
                .containsEntry("default", "deny")
                .containsEntry("record", "full")
                .containsEntry(rule, "deny when args.command.startsWith(\"write \")")
                .containsEntry("task:" + parent.id() + ".apply", "never")
                .containsEntry("scope.rules[0]", "allow when true");
        assertThat(recorded(child, "task.dispatched").details())
                .containsEntry("parent", parent.id().value())
                .hasEntrySatisfying("withheld", text -> assertThat(text).startsWith("tools python; root; "));
        assertThat(child.spec().lineage().withheld())
                .containsExactly(
                        "tools python",
                        "root",
                        "limits.time PT1H, gets PT30S",
                        "limits.memory 256Mi, gets 128Mi",
                        "limits.disk 1Ti, gets 64Gi",
                        "limits.approval PT168H, gets PT1M",
                        "apply auto, gets never",
                        "default ask, gets deny",
                        "record digests, gets full");
    }

    @Test
    void whatAChildLeavesOutIsAsInItsParentButForRoot() {
        Task parent = first("{tools: [shell, files], root: true, limits: {time: 20m}, apply: auto}", shell("echo x"));
        Task child = child(parent, "{}", shell("echo x"));
        assertThat(child.state()).isEqualTo(TaskState.SUCCEEDED);
        Scope scope = child.spec().scope();
        assertThat(scope.tools()).containsExactly(Tool.SHELL, Tool.FILES);
        assertThat(scope.root()).isFalse();
        assertThat(scope.limits().time()).contains(Duration.ofMinutes(20));
        assertThat(recorded(child, "scope.resolved").details())
                .containsEntry("task:" + parent.id() + ".apply", "auto")
                .doesNotContainKey("scope.apply");
        assertThat(child.spec().lineage().withheld()).isEmpty();
    }

    @Test
    void whereNothingIsLeftOfTheToolsEachCallIsDenied() {
        Task parent = first("tools: [files]", Specs.read("/x"));
        Task child = child(parent, "tools: [shell]", shell("echo x"));
        assertThat(child.results()).singleElement().returns(Outcome.DENIED, CallResult::outcome);
        // And nobody after it gets them back.
        assertThat(child(child, "tools: [files, shell]", shell("echo x")).results())
                .singleElement()
                .returns(Outcome.DENIED, CallResult::outcome);
        assertThat(child(child, "{}", shell("echo x")).spec().scope().tools()).isEmpty();
    }

    @Test
    void ofAFolderItGetsThePartAndTheAccessThatItsParentHasAndNoOther() throws IOException {
        Path beside = Files.createDirectories(folder.resolveSibling("beside"));
        Task parent = first(granting("read", folder.resolve("old")), shell("echo x"));
        Task child = child(parent, granting("write", folder), shell("echo x"));
        assertThat(child.spec().scope().folders())
                .containsExactly(new Folder(folder + "/old", "/w/old", Access.READ, List.of()));
        assertThat(child.spec().lineage().withheld())
                .containsExactly("folder " + folder + " (write), gets " + folder + "/old (read)");
        assertThat(child(parent, "tools: [shell]", shell("echo x"))
                        .spec()
                        .scope()
                        .folders())
                .containsExactly(new Folder(folder + "/old", "/w", Access.READ, List.of()));
        assertRefused(
                spec(HERE, granting("read", beside), after(parent.id()), shell("echo x")),
                HostErrorCode.BAD_SCOPE,
                "folders would widen the scope of task " + parent.id() + ": " + beside + " (read) (expected: in "
                        + folder + "/old (read))");
    }

    private static String granting(String access, Path path) {
        return "{tools: [shell], folders: [{path: " + path + ", as: /w, access: " + access + "}]}";
    }

    @Test
    void anUnknownParentIsNotFoundAndDispatchesNothing() {
        assertRefused(
                spec(HERE, "tools: [shell]", after(new TaskId("none")), shell("echo x")),
                HostErrorCode.UNKNOWN_TASK,
                "unknown parent task: none");
        assertThat(host.kinds()).doesNotContain("task.dispatched");
    }

    @Test
    void aThreadsNextTaskRunsInItsSandboxWithinTheScopeOfItsLast() {
        Task first = host.run(spec(NEW, "tools: [shell, files]", NEXT, shell("write /home/agent/a 1")));
        SandboxId sandbox = first.sandbox().orElseThrow();
        Task second = host.run(spec(NEW, "tools: [shell, python]", NEXT, shell("echo x")));
        Task third = host.run(
                spec(new TaskPlace.ExistingSandbox(sandbox.value()), "tools: [shell, files]", NEXT, shell("echo x")));
        assertThat(List.of(second, third)).allSatisfy(task -> {
            assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
            assertThat(task.sandbox()).contains(sandbox);
            assertThat(task.spec().scope().tools()).containsExactly(Tool.SHELL);
        });
        assertThat(second.spec().lineage())
                .isEqualTo(new Lineage(
                        Optional.empty(), Optional.of(TIDY), Optional.of(first.id()), List.of("tools python")));
        assertThat(third.spec().lineage().previous()).contains(second.id());
        assertThat(host.machine(sandbox).files()).containsKey("/home/agent/a");
        assertThat(recorded(third, "scope.resolved").details())
                .containsEntry("previous", second.id().value());
        assertThat(host.engine
                        .list(new TaskFilter(Set.of(), Optional.empty(), Map.of(), Optional.of(TIDY)), 0, "")
                        .tasks())
                .extracting(Task::id)
                .containsExactly(third.id(), second.id(), first.id());
    }

    @Test
    void everyEntryAboutATaskOfAThreadNamesItAndIsFoundByIt() {
        Task first = host.run(spec(NEW, "tools: [shell]", NEXT, shell("echo x")));
        Task other = first("tools: [shell]", shell("echo x"));
        List<AuditEntry> found = new ArrayList<>();
        host.audit.reader().query(AuditQuery.ALL.ofThread(TIDY), found::add);
        assertThat(found)
                .extracting(entry -> entry.event().kind())
                .startsWith("task.dispatched", "scope.resolved")
                .contains("call.decided", "call.ended")
                .endsWith("task.ended");
        for (AuditEntry entry : host.record()) {
            assertThat(entry.event().thread())
                    .isEqualTo(entry.event().task().filter(first.id()::equals).map(task -> TIDY));
        }
        assertThat(recorded(other, "task.dispatched").thread()).isEmpty();
        assertThat(host.audit.reader().verify().whole()).isTrue();
    }

    /** Fed with the same scope again and again it says no more than once, or a long thread would come to an end. */
    @Test
    void aThreadOfManyTasksOfOneScopeGoesOn() {
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String rule = i % 2 == 0 ? "root" : "args.command == \"rm\"";
            all.add(host.run(spec(
                    HERE, "{tools: [shell], rules: [{when: '" + rule + "', then: deny}]}", NEXT, shell("echo x"))));
        }
        assertThat(all).last().returns(TaskState.SUCCEEDED, Task::state);
        assertThat(all.getLast().spec().scope().inherited()).hasSizeLessThan(4);
    }

    @Test
    void aTaskOfAThreadHasNoOtherSandboxWhileThatIsThere() {
        FakeSandboxes.machine(host.machines, "sb-0000000002", Map.of());
        Task first = host.run(spec(HERE, "tools: [shell]", NEXT, shell("echo x")));
        TaskSpec elsewhere =
                spec(new TaskPlace.ExistingSandbox("sb-0000000002"), "tools: [shell, files]", NEXT, shell("echo x"));
        assertRefused(elsewhere, HostErrorCode.BAD_TASK, "the sandbox of the thread tidy");
        host.machines.remove(first.sandbox().orElseThrow());
        Task next = host.run(elsewhere);
        assertThat(next.sandbox()).contains(new SandboxId("sb-0000000002"));
        assertThat(next.spec().scope().tools()).containsExactly(Tool.SHELL);
    }

    @Test
    void aThreadWhoseSandboxIsNotThereYetSaysSo() {
        CountDownLatch gate = new CountDownLatch(1);
        host.sandboxes.holdCreate(gate);
        TaskSpec next = spec(NEW, "tools: [shell]", NEXT, shell("echo x"));
        TaskId first = host.dispatch(next);
        assertRefused(next, HostErrorCode.SANDBOX_BUSY, "the thread has no sandbox yet: tidy");
        gate.countDown();
        host.await(first);
        assertThat(host.run(next).sandbox()).isEqualTo(host.engine.get(first).sandbox());
    }

    @Test
    void whoIsHandedOnFromTwoIsWithinBoth() {
        Task parent = first("{tools: [shell, python], limits: {time: 1m}}", shell("echo x"));
        Task last = host.run(spec(HERE, "{tools: [shell, files], limits: {time: 2m}}", NEXT, shell("echo x")));
        Task both =
                host.run(spec(HERE, "{}", Lineage.asked(Optional.of(parent.id()), Optional.of(TIDY)), shell("echo x")));
        assertThat(both.spec().scope().tools()).containsExactly(Tool.SHELL);
        assertThat(both.spec().scope().limits().time()).contains(Duration.ofMinutes(1));
        assertThat(recorded(both, "scope.resolved").details())
                .containsEntry("parent", parent.id().value())
                .containsEntry("previous", last.id().value());
    }

    @Test
    void whatWasAllowedForATaskIsAskedAgainInTheNext() throws Exception {
        String asking = "{tools: [shell], rules: [{when: 'args.command.startsWith(\"write \")', then: ask}]}";
        TaskId first = host.dispatch(spec(HERE, asking, NEXT, shell("write /a 1"), shell("write /b 1")));
        Approval asked = open(first);
        host.approvals.decide(asked.id(), asked.digest(), new Answer.Allow(true), ACTOR);
        assertThat(host.await(first).state()).isEqualTo(TaskState.SUCCEEDED);
        TaskId next = host.dispatch(spec(HERE, "{}", NEXT, shell("write /c 1")));
        Approval again = open(next);
        assertThat(again.question().rule()).isEqualTo("task:" + first + ".rules[0]");
        host.approvals.decide(again.id(), again.digest(), new Answer.Deny("no", true), ACTOR);
        assertThat(host.await(next).results()).singleElement().returns(Outcome.DENIED, CallResult::outcome);
    }

    private Approval open(TaskId task) {
        TaskFixture.until(() -> host.approvals.pending(task).isPresent());
        return host.approvals.pending(task).orElseThrow();
    }

    @Test
    void aRestartOfTheHostAgentLosesNoneOfIt() {
        Task first = host.run(spec(HERE, "{tools: [shell], limits: {time: 30s}}", NEXT, shell("echo x")));
        host.awaitState(host.dispatch(spec(HERE, "tools: [shell]", Lineage.NONE, shell("wait"))), TaskState.RUNNING);
        TaskId waiting = new TaskId("waiting");
        host.engine.dispatch(
                Optional.of(waiting),
                spec(NEW, "{tools: [shell, python], root: true}", NEXT, Specs.python("x"), shell("echo x")),
                ACTOR);
        TaskSpec kept = host.engine.get(waiting).spec();
        host.engine.close();
        host.restart();
        host.start();
        Task next = host.await(waiting);
        assertThat(next.spec()).isEqualTo(kept);
        assertThat(next.results()).singleElement().returns(Outcome.DENIED, CallResult::outcome);
        assertThat(next.spec().lineage())
                .returns(Optional.of(first.id()), Lineage::previous)
                .returns(List.of("tools python", "root"), Lineage::withheld);
        assertThat(recorded(next, "task.ended").thread()).contains(TIDY);
        // Known already: the first one, whatever became of the thread.
        assertThat(host.engine
                        .dispatch(Optional.of(waiting), spec(NEW, "{}", NEXT, shell("echo x")), ACTOR)
                        .existing())
                .isTrue();
    }
}
