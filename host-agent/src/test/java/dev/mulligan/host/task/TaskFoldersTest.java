package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.TryLabel;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditQuery;
import dev.mulligan.host.scope.Scopes;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.vm.VmId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The folders of a task, from its scope to what becomes of its changes, over real sandboxes and a simulated guest. */
@Timeout(120)
final class TaskFoldersTest {
    private static final String WORK =
            "edit /workspace/r/a changed; edit /workspace/r/new fresh; remove /workspace/r/gone";

    private final RealSandboxes host;
    private final Path folder;

    TaskFoldersTest(@TempDir(factory = MemoryDirectory.class) Path state, @TempDir Path directory) throws IOException {
        host = new RealSandboxes(state);
        folder = Files.createDirectories(directory.resolve("r"));
        Trees.write(folder.resolve("a"), "first\n");
        Trees.write(folder.resolve("gone"), "x\n");
    }

    @AfterEach
    void close() {
        assertThat(host.audit.reader().verify().flaw()).isEmpty();
        host.close();
    }

    private TaskSpec granting(String rest, OnFailure onFailure, ToolCall... calls) {
        return granting("write", rest, onFailure, calls);
    }

    private TaskSpec granting(String access, String rest, OnFailure onFailure, ToolCall... calls) {
        String scope = "{tools: [shell], folders: [{path: " + folder + ", as: /workspace/r, access: " + access + "}]"
                + (rest.isEmpty() ? "" : ", " + rest) + "}";
        return Specs.spec(new TaskPlace.NewSandbox("base"), Scopes.scope(scope), onFailure, false, calls);
    }

    private List<String> changes(TaskId task) {
        return host.changes.ofTask(task).stream()
                .flatMap(set -> set.changes().stream())
                .map(change -> change.change().kind() + " " + change.change().path() + " " + change.state())
                .toList();
    }

    private List<AuditEvent> record() {
        List<AuditEvent> events = new ArrayList<>();
        host.audit.reader().query(AuditQuery.ALL, entry -> events.add(entry.event()));
        return events;
    }

    private List<String> kinds() {
        return record().stream().map(AuditEvent::kind).toList();
    }

    private void assertUntouched() {
        assertThat(folder.resolve("a")).hasContent("first");
        assertThat(folder.resolve("gone")).exists();
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void whatATaskWritesWaitsForAPersonAndTheFolderIsAsItWas() {
        Task task = host.run(granting("", OnFailure.ROLLBACK, shell(WORK)));
        assertThat(task.state()).as(task.reason()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(changes(task.id())).containsExactly("modify a PENDING", "delete gone PENDING", "create new PENDING");
        assertUntouched();
        assertThat(record())
                .filteredOn(event -> event.kind().equals("scope.resolved"))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.details()).containsEntry("folders[0]", folder + " as /workspace/r, write"));
    }

    @Test
    void eachChangeGetsWhatTheFirstRuleSaysAndThatIsOnRecordBeforeItHappens() {
        Task task = host.run(granting(
                "apply: auto, rules: [{when: 'change.kind == \"delete\"', then: deny, why: keeps},"
                        + " {when: 'change.path.endsWith(\"/new\")', then: ask}]",
                OnFailure.ROLLBACK,
                shell(WORK)));
        assertThat(changes(task.id()))
                .containsExactly("modify a APPLIED", "delete gone REJECTED", "create new PENDING");
        assertThat(folder.resolve("a")).hasContent("changed");
        assertThat(folder.resolve("gone")).exists();
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(kinds())
                .containsSubsequence(
                        "changes.recorded",
                        "changes.decided",
                        "changes.decided",
                        "changes.decided",
                        "changes.rejected",
                        "changes.apply",
                        "task.ended");
        assertThat(record())
                .filteredOn(event -> event.kind().equals("changes.decided"))
                .extracting(event -> event.decision() + " " + event.rule() + " "
                        + event.details().get("paths"))
                .containsExactlyInAnyOrder(
                        "allow scope.apply " + folder + "/a",
                        "deny scope.rules[0] " + folder + "/gone",
                        "ask scope.rules[1] " + folder + "/new");
    }

    @Test
    void nothingIsAppliedWhereTheScopeSaysNever() {
        Task task = host.run(granting(
                "apply: never, rules: [{when: 'change.kind == \"modify\"', then: allow}]",
                OnFailure.ROLLBACK,
                shell(WORK)));
        assertThat(changes(task.id())).allMatch(change -> change.endsWith("REJECTED"));
        assertUntouched();
    }

    /** A condition that names no change, a task that is handed on: whoever reads rules can be deceived. The host is asked. */
    @Test
    void aCandidateOfATryReachesNoFolderByItselfWhateverItsScopeSays() {
        TaskSpec spec = granting("apply: auto, rules: [{when: 'true', then: allow}]", OnFailure.ROLLBACK, shell(WORK));
        TaskSpec candidate = new TaskSpec(
                spec.name(),
                spec.place(),
                spec.scope(),
                spec.onFailure(),
                spec.calls(),
                Map.of(TryLabel.KEY, "try-1"),
                spec.keepSandbox());
        Task task = host.run(candidate);
        assertThat(task.state()).as(task.reason()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(changes(task.id())).containsExactly("modify a PENDING", "delete gone PENDING", "create new PENDING");
        assertUntouched();
        assertThat(record())
                .filteredOn(event -> event.kind().equals("changes.decided"))
                .extracting(event -> event.decision() + " " + event.rule())
                .containsOnly("ask try");
        assertThat(changes(host.run(spec).id())).allMatch(change -> change.endsWith("APPLIED"));
    }

    @Test
    void aTaskThatIsRolledBackLeavesNoChanges() {
        Task task = host.run(granting("apply: auto", OnFailure.ROLLBACK, shell(WORK), shell("exit 3")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(changes(task.id())).isEmpty();
        assertUntouched();
    }

    @Test
    void whatAFailedTaskWroteIsKeptWithItsSandboxButAppliedByNobodyElse() {
        Task task = host.run(granting("apply: auto", OnFailure.KEEP, shell(WORK), shell("exit 3")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(changes(task.id())).containsExactly("modify a PENDING", "delete gone PENDING", "create new PENDING");
        assertUntouched();
    }

    @Test
    void aReadGrantHasNoChanges() {
        Task task = host.run(granting("read", "apply: auto", OnFailure.KEEP, shell(WORK)));
        assertThat(task.results().getFirst().exitCode()).isEqualTo(1);
        assertThat(changes(task.id())).isEmpty();
        assertUntouched();
    }

    @Test
    void aConflictLeavesYourFolderAndTheChangesPendingAndIsSaid() throws IOException {
        Task task = endedAfter(() -> Files.writeString(folder.resolve("a"), "mine\n"));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.reason()).contains("not applied").contains(folder + " has changed: a");
        assertThat(changes(task.id())).allMatch(change -> change.endsWith("PENDING"));
        assertThat(folder.resolve("a")).hasContent("mine");
        assertThat(folder.resolve("gone")).exists();
    }

    @Test
    void aFolderThatIsGoneIsSaidToo() throws IOException {
        Task task = endedAfter(() -> Trees.delete(folder));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.reason()).contains("could not be applied").contains(folder.toString());
        assertThat(changes(task.id())).allMatch(change -> change.endsWith("PENDING"));
        assertThat(folder).doesNotExist();
    }

    @Test
    void aConflictInOneFolderKeepsTheOthersAsTheyWere() throws IOException {
        Path other = Files.createDirectories(folder.resolveSibling("o"));
        Trees.write(other.resolve("b"), "first\n");
        String scope = "{tools: [shell], apply: auto, folders: [{path: " + folder
                + ", as: /workspace/r, access: write}, {path: " + other + ", as: /workspace/o, access: write}]}";
        Task task = endedAfter(
                () -> Files.writeString(other.resolve("b"), "mine\n"),
                Specs.spec(
                        new TaskPlace.NewSandbox("base"),
                        Scopes.scope(scope),
                        OnFailure.ROLLBACK,
                        false,
                        shell(WORK + "; edit /workspace/o/b changed"),
                        shell("gate")));
        assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(task.reason()).contains("not applied").contains(other + " has changed: b");
        assertThat(changes(task.id())).hasSize(4).allMatch(change -> change.endsWith("PENDING"));
        assertUntouched();
    }

    private interface Meanwhile {
        void run() throws IOException;
    }

    /** A task that edits, and then waits until something has happened on the host. */
    private Task endedAfter(Meanwhile meanwhile) throws IOException {
        return endedAfter(meanwhile, granting("apply: auto", OnFailure.ROLLBACK, shell(WORK), shell("gate")));
    }

    private Task endedAfter(Meanwhile meanwhile, TaskSpec spec) throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        host.gate = gate;
        TaskId id = host.dispatch(spec);
        TaskFixture.until(() -> host.engine.get(id).results().size() == 1);
        meanwhile.run();
        gate.countDown();
        return host.await(id);
    }

    @Test
    void aTaskSeesItsOwnFoldersOnly() {
        host.create();
        String scope = "{tools: [shell], folders: [{path: " + folder + ", as: /workspace/r}]}";
        host.run(in(scope, "mounts"));
        Task second = host.run(in("{tools: [shell]}", "mounts"));
        assertThat(host.output(second.id())).doesNotContain("/workspace");
        assertThat(second.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.sandboxes.workspaces().list(host.sandboxes.get("work").id()))
                .isEmpty();
    }

    /** An interpreter that lives on works in the folder of an earlier task. */
    @Test
    void aSessionThatUsesAnEarlierFolderEnds() {
        SandboxId sandbox = host.create();
        String scope = "{tools: [shell, python], folders: [{path: " + folder + ", as: /workspace/r}]}";
        host.run(Specs.spec(
                new TaskPlace.ExistingSandbox("work"),
                Scopes.scope(scope),
                OnFailure.ROLLBACK,
                false,
                Specs.python("1")));
        host.guest(new VmId(sandbox.value())).workspaces().setBusy(true);
        Task second = host.run(in("{tools: [shell]}", "mounts"));
        assertThat(second.state()).as(second.reason()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(host.output(second.id())).doesNotContain("/workspace");
    }

    private static TaskSpec in(String scope, String command) {
        return Specs.spec(
                new TaskPlace.ExistingSandbox("work"), Scopes.scope(scope), OnFailure.ROLLBACK, false, shell(command));
    }
}
