package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.scope.Limits;
import dev.mulligan.host.scope.Scope;
import dev.mulligan.host.scope.ScopeName;
import dev.mulligan.host.scope.Scopes;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.host.tool.FilesOperation;
import dev.mulligan.host.tool.SessionName;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpecJsonTest {
    private static final GuestPath NOT_TEXT =
            GuestPath.ofBytes(ByteString.copyFrom(new byte[] {'/', (byte) 0xff, 'a'}));

    @Test
    void everySpecificationReadsBackAsItWasWritten() {
        Limits limits = new Limits(
                Optional.of(Duration.ofSeconds(90)),
                Optional.of(DataSize.ofMebibytes(512)),
                OptionalInt.of(1500),
                Optional.of(DataSize.ofBytes(4096)),
                OptionalInt.of(7));
        Optional<Duration> time = Optional.of(Duration.ofMillis(1500));
        List<ToolCall> calls = List.of(
                new ToolCall.Python("print('ü\n')", List.of("a", ""), SessionName.DEFAULT, true, time),
                new ToolCall.Node("", List.of(), SessionName.DEFAULT, false, Optional.empty()),
                new ToolCall.Shell(new ShellCommand.Line("ls | wc"), false, time),
                new ToolCall.Shell(new ShellCommand.Program(List.of("ls", "-l")), true, Optional.empty()),
                files(new FilesOperation.Read(NOT_TEXT)),
                files(new FilesOperation.Write(NOT_TEXT, new byte[] {0, 1, (byte) 0xff})),
                files(new FilesOperation.ListDirectory(NOT_TEXT)),
                files(new FilesOperation.Move(NOT_TEXT, GuestPath.of("/b"))),
                files(new FilesOperation.Remove(NOT_TEXT, true)),
                files(new FilesOperation.MakeDirectory(NOT_TEXT)));
        assertReadsBack(new TaskSpec(
                "näme",
                new TaskPlace.NewSandbox("base"),
                new Scope(Set.of(Tool.FILES, Tool.SHELL), true, limits),
                OnFailure.KEEP,
                calls,
                Map.of("k", "v", "", ""),
                true));
        assertReadsBack(new TaskSpec(
                "",
                new TaskPlace.ExistingSandbox("work"),
                Scope.NOTHING,
                OnFailure.ROLLBACK,
                calls.subList(0, 1),
                Map.of(),
                false,
                new Lineage(
                        Optional.of(new TaskId("parent")),
                        Optional.of(new ThreadName("tidy")),
                        Optional.of(new TaskId("last")),
                        List.of("tools python", "root"))));
    }

    @Test
    void everyScopeReadsBackAsItWasWritten() {
        Scope base = Scopes.scope("{tools: [shell], rules: [{when: 'root', then: deny}], apply: auto, record: full}");
        Scope whole = Scopes.scope("""
                tools: [shell]
                limits: {disk: 2Gi}
                rules: [{when: 'change.size > 5', then: ask, why: large}]
                apply: never
                default: deny
                """).extending(new ScopeName("base"), base);
        Scope folders = Scopes.scope("folders: [{path: /a, as: /w, access: write, excludes: ['*.key']}]");
        for (Scope scope : List.of(base, whole, folders)) {
            assertThat(ScopeJson.read(ScopeJson.write(scope))).isEqualTo(scope);
        }
    }

    private static void assertReadsBack(TaskSpec spec) {
        assertThat(SpecJson.read(SpecJson.write(spec))).isEqualTo(spec);
    }

    private static ToolCall files(FilesOperation operation) {
        return new ToolCall.Files(operation, false, Optional.empty());
    }
}
