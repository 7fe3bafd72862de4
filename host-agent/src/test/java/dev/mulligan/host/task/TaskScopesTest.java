package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.scope.Scopes;
import dev.mulligan.host.task.CallResult.Outcome;
import dev.mulligan.host.tool.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks whose scopes have rules, names and more. */
final class TaskScopesTest {
    private final Path directory;
    private final TaskFixture host;

    TaskScopesTest(@TempDir Path directory) {
        this.directory = directory;
        this.host = new TaskFixture(directory).start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static TaskSpec under(String scope, ToolCall... calls) {
        return Specs.spec(
                new TaskPlace.ExistingSandbox(SANDBOX), Scopes.scope(scope), OnFailure.ROLLBACK, false, calls);
    }

    private void named(String name, String yaml) throws IOException {
        Files.createDirectories(directory.resolve("scopes"));
        Files.writeString(directory.resolve("scopes").resolve(name + ".yaml"), yaml);
    }

    private AuditEvent recorded(String kind) {
        return host.record().stream()
                .map(entry -> entry.event())
                .filter(event -> event.kind().equals(kind))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Test
    void whatARuleDeniesDoesNotRun() {
        Task task = host.run(under("""
                tools: [shell]
                rules: [{when: 'args.command.startsWith("write ")', then: deny, why: read only}]
                """, shell("echo x"), shell("write /a 1")));
        assertThat(task.results()).extracting(CallResult::outcome).containsExactly(Outcome.OK, Outcome.DENIED);
        assertThat(task.results().getLast().message()).isEqualTo("scope.rules[0]: read only");
        assertThat(recorded("call.decided"))
                .returns("deny", AuditEvent::decision)
                .returns("scope.rules[0]", AuditEvent::rule);
    }

    /** Nobody can be asked yet, and nobody has allowed it. */
    @Test
    void whatARuleAsksAboutIsOnRecordAsAskedAndDoesNotRunIfNobodyAnswersInTime() {
        Task task = host.run(under("""
                tools: [shell]
                limits: {approval: 1s}
                rules: [{when: 'args.command.startsWith("write ")', then: ask, why: changes things}]
                """, shell("write /a 1")));
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.results()).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.DENIED);
            assertThat(result.message()).isEqualTo("scope.rules[0]: nobody answered in time");
        });
        assertThat(host.machine().files()).isEmpty();
        assertThat(recorded("call.decided"))
                .returns("ask", AuditEvent::decision)
                .returns("scope.rules[0]", AuditEvent::rule);
    }

    @Test
    void theScopeIsOnRecordWithEveryRuleUnderItsName() throws IOException {
        named("reports", "{tools: [shell, files], rules: [{when: 'args.path != \"\"', then: ask}]}");
        host.run(under("{extends: reports, tools: [shell], rules: [{when: 'root', then: deny}]}", shell("echo x")));
        assertThat(recorded("scope.resolved").details())
                .containsEntry("extends", "reports")
                .containsEntry("tools", "shell")
                .containsEntry("scope.rules[0]", "deny when root")
                .containsEntry("reports.rules[0]", "ask when args.path != \"\"")
                .containsEntry("reports.apply", "ask")
                .containsEntry("default", "deny")
                .containsEntry("record", "digests");
    }

    @Test
    void aTaskKeepsTheNamedScopeAsItWasWhenItWasDispatched() throws IOException {
        named("reports", "{tools: [shell], rules: [{when: 'args.command == \"echo x\"', then: deny}]}");
        Task task = host.run(under("extends: reports", shell("echo x")));
        named("reports", "tools: [files]");
        assertThat(task.results()).singleElement().returns(Outcome.DENIED, CallResult::outcome);
        host.restart();
        assertThat(host.engine.get(task.id()).spec()).isEqualTo(task.spec());
        assertThat(task.spec().scope().inherited()).singleElement().returns("reports", book -> book.origin());
        // And what is known already does not look at it again.
        named("reports", "tools: [");
        assertThat(host.engine
                        .dispatch(Optional.of(task.id()), under("extends: reports", shell("echo x")), Actor.HOST)
                        .existing())
                .isTrue();
    }

    @Test
    void aScopeThatWouldWidenItsBaseOrNamesNoneDispatchesNothing() throws IOException {
        named("reports", "tools: [shell]");
        assertRefused(under("{extends: reports, tools: [python]}", shell("echo x")), HostErrorCode.BAD_SCOPE);
        assertRefused(under("extends: none", shell("echo x")), HostErrorCode.UNKNOWN_SCOPE);
        assertThat(host.kinds()).doesNotContain("task.dispatched");
    }

    @Test
    void aFolderThatCannotBeGrantedIsRefusedAtOnce() throws IOException {
        Path real = Files.createDirectories(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        assertRefused(granting(directory.resolve("none")), HostErrorCode.NO_SUCH_FILE);
        assertRefused(granting(Files.writeString(directory.resolve("file"), "")), HostErrorCode.NO_SUCH_FILE);
        assertRefused(granting(link), HostErrorCode.BAD_SCOPE);
        // The host agent's own files.
        assertRefused(granting(real), HostErrorCode.BAD_SCOPE);
        assertRefused(granting(Path.of("/tmp")), HostErrorCode.BAD_SCOPE);
        assertThat(host.kinds()).doesNotContain("task.dispatched");
    }

    private static TaskSpec granting(Path folder) {
        return under("{tools: [shell], folders: [{path: " + folder + ", as: /w}]}", shell("echo x"));
    }

    @Test
    void aSandboxWithALargerDiskIsRefused() {
        assertRefused(under("{tools: [shell], limits: {disk: 16Mi}}", shell("echo x")), HostErrorCode.BAD_SCOPE);
    }

    @Test
    void argumentsAreOnRecordOnlyIfTheScopeSaysSo() {
        host.run(under("tools: [shell]", shell("echo secret")));
        assertThat(recorded("call.decided").details()).doesNotContainKey(AuditEvent.ARGUMENTS);
        host.run(under("{tools: [shell], record: full}", shell("echo public")));
        assertThat(recorded("call.decided").details())
                .containsEntry(AuditEvent.ARGUMENTS, "echo public")
                .containsKey("arguments_sha256");
    }

    private void assertRefused(TaskSpec spec, HostErrorCode code) {
        assertThatThrownBy(() -> host.engine.dispatch(Optional.empty(), spec, Actor.HOST))
                .asInstanceOf(type(HostException.class))
                .returns(code, HostException::code);
    }
}
