package dev.mulligan.host.cli.taskfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.tool.FilesOperation;
import dev.mulligan.host.tool.SessionName;
import dev.mulligan.host.tool.ShellCommand;
import dev.mulligan.host.tool.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code scope explain} asks about is what the host agent will decide about. */
final class CallTextTest {
    static Stream<Arguments> calls() {
        Optional<Duration> none = Optional.empty();
        return Stream.of(
                Arguments.of(
                        "{python: print(1), arguments: [a], session: mine}",
                        new ToolCall.Python("print(1)", List.of("a"), new SessionName("mine"), false, none)),
                Arguments.of(
                        "python: print(1)",
                        new ToolCall.Python("print(1)", List.of(), SessionName.DEFAULT, false, none)),
                Arguments.of(
                        "{node: '1', root: true}", new ToolCall.Node("1", List.of(), SessionName.DEFAULT, true, none)),
                Arguments.of(
                        "{shell: ls | wc, time: 90s}",
                        new ToolCall.Shell(
                                new ShellCommand.Line("ls | wc"), false, Optional.of(Duration.ofSeconds(90)))),
                Arguments.of(
                        "shell: [rm, -r, x]",
                        new ToolCall.Shell(new ShellCommand.Program(List.of("rm", "-r", "x")), false, none)),
                files("{read: //etc///passwd/}", new FilesOperation.Read(path("/etc/passwd"))),
                files(
                        "{write: {path: /a, content: ü}}",
                        new FilesOperation.Write(path("/a"), "ü".getBytes(StandardCharsets.UTF_8))),
                files("{list: /}", new FilesOperation.ListDirectory(path("/"))),
                files("{move: {from: /a, to: /b/}}", new FilesOperation.Move(path("/a"), path("/b"))),
                files("{remove: {path: /a, recursive: true}}", new FilesOperation.Remove(path("/a"), true)),
                files("{make_directory: /a}", new FilesOperation.MakeDirectory(path("/a"))));
    }

    private static Arguments files(String yaml, FilesOperation operation) {
        return Arguments.of("files: " + yaml, new ToolCall.Files(operation, false, Optional.empty()));
    }

    private static GuestPath path(String text) {
        return GuestPath.of(text);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void saysOfACallWhatTheHostAgentSays(String yaml, ToolCall call) {
        assertThat(CallText.read("--call", yaml)).isEqualTo(call.facts());
    }

    @Test
    void aMistakeIsNamed() {
        assertThatThrownBy(() -> CallText.read("--call", "shel: ls"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("--call:1:1");
    }
}
