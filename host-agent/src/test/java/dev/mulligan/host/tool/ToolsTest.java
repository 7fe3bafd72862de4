package dev.mulligan.host.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToolsTest {
    private static final GuestPath PATH = GuestPath.of("/home/agent/a");

    private static List<ToolCall> oneOfEach() {
        return List.of(
                new ToolCall.Python("a", List.of("b"), SessionName.DEFAULT, false, Optional.empty()),
                new ToolCall.Node("a", List.of("b"), SessionName.DEFAULT, false, Optional.empty()),
                new ToolCall.Shell(new ShellCommand.Line("a b"), false, Optional.empty()),
                new ToolCall.Shell(new ShellCommand.Program(List.of("a", "b")), false, Optional.empty()),
                files(new FilesOperation.Read(PATH)),
                files(new FilesOperation.Write(PATH, bytes("b"))),
                files(new FilesOperation.ListDirectory(PATH)),
                files(new FilesOperation.Move(PATH, GuestPath.of("/b"))),
                files(new FilesOperation.Remove(PATH, false)),
                files(new FilesOperation.Remove(PATH, true)),
                files(new FilesOperation.MakeDirectory(PATH)));
    }

    @Test
    void onlyReadingAndListingCannotWrite() {
        Tools tools = new Tools();
        assertThat(oneOfEach().stream().filter(call -> !tools.canWrite(call)).toList())
                .containsExactly(files(new FilesOperation.Read(PATH)), files(new FilesOperation.ListDirectory(PATH)));
    }

    @Test
    void differentArgumentsHaveDifferentDigestsAndTheSameTheSame() {
        Set<String> digests = new HashSet<>();
        oneOfEach().forEach(call -> digests.add(CallDigest.of(call).sha256()));
        assertThat(digests).hasSameSizeAs(oneOfEach());
        assertThat(oneOfEach().stream().map(CallDigest::of).toList())
                .isEqualTo(oneOfEach().stream().map(CallDigest::of).toList());
        assertThat(CallDigest.of(new ToolCall.Python("ab", List.of("c"), SessionName.DEFAULT, false, Optional.empty())))
                .isNotEqualTo(CallDigest.of(
                        new ToolCall.Python("a", List.of("bc"), SessionName.DEFAULT, false, Optional.empty())));
    }

    @Test
    void aCallThatCannotBeRunIsRefusedWhenItIsMade() {
        assertBadTask(() -> new ShellCommand.Program(List.of()));
        assertBadTask(() -> new ShellCommand.Line("a\0b"));
        assertBadTask(() -> new ShellCommand.Line("x".repeat(131_072)));
        assertBadTask(() -> new ShellCommand.Program(List.of("a", "ü".repeat(65_536))));
        assertBadTask(() -> new FilesOperation.Write(PATH, new byte[(1 << 20) + 1]));
        assertBadTask(() -> new ToolCall.Python("", List.of(), SessionName.DEFAULT, false, Optional.of(Duration.ZERO)));
        assertBadTask(() -> new ToolCall.Shell(new ShellCommand.Line(""), false, Optional.of(Duration.ofSeconds(-1))));
    }

    @Test
    void whoWroteTheContentCannotChangeItAfterwards() {
        byte[] content = bytes("good");
        FilesOperation.Write write = new FilesOperation.Write(PATH, content);
        content[0] = 'b';
        write.content()[0] = 'b';
        assertThat(write.content()).isEqualTo(bytes("good"));
    }

    private static void assertBadTask(Runnable attempt) {
        assertThatThrownBy(attempt::run)
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.BAD_TASK, HostException::code);
    }

    private static ToolCall files(FilesOperation operation) {
        return new ToolCall.Files(operation, false, Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void tellsCallsAsAPersonWouldTypeThem() {
        assertThat(oneOfEach().stream().map(CallText::arguments))
                .containsExactly(
                        "a\narguments: b",
                        "a\narguments: b",
                        "a b",
                        "a b",
                        "read /home/agent/a",
                        "write /home/agent/a\nb",
                        "list /home/agent/a",
                        "move /home/agent/a /b",
                        "remove /home/agent/a",
                        "remove all /home/agent/a",
                        "make directory /home/agent/a");
        assertThat(CallText.arguments(new ToolCall.Shell(
                        new ShellCommand.Program(List.of("echo", "it's", "", "a=1")), false, Optional.empty())))
                .isEqualTo("echo 'it'\\''s' '' a=1");
    }

    @Test
    void namesThePathsOfFilesCalls() {
        assertThat(oneOfEach().stream().map(CallText::paths).filter(paths -> !paths.isEmpty()))
                .hasSize(7)
                .contains(Map.of("path", "/home/agent/a"), Map.of("source", "/home/agent/a", "target", "/b"));
    }
}
