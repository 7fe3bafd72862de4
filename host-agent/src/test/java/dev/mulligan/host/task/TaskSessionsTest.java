package dev.mulligan.host.task;

import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.MimeBundle;
import dev.mulligan.host.tool.CallDigest;
import dev.mulligan.host.tool.SessionName;
import dev.mulligan.host.tool.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls in sessions: what they return is told and kept, and what is on record. */
final class TaskSessionsTest {
    private final TaskFixture host;

    TaskSessionsTest(@TempDir Path directory) {
        this.host = new TaskFixture(directory).start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static ToolCall python(String code, String session) {
        return new ToolCall.Python(code, List.of(), SessionName.of(session), false, Optional.empty());
    }

    private List<TaskEvent.CallEnded> ends(Task task) {
        return host.events(task.id(), 0).stream()
                .filter(TaskEvent.CallEnded.class::isInstance)
                .map(TaskEvent.CallEnded.class::cast)
                .toList();
    }

    @Test
    void whatACallReturnsIsInItsResultAndItsLastEvent() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.KEEP, python("echo a; value 42", ""), python("echo b", "")));
        assertThat(task.results()).extracting(CallResult::value).containsExactly("42", "");
        assertThat(ends(task).getFirst().results().getFirst().text()).hasValue("42");
        assertThat(ends(task).get(1).results()).isEmpty();
        host.restart();
        assertThat(ends(task).getFirst().results().getFirst().text()).hasValue("42");
        assertThat(host.engine.get(task.id()).results().getFirst().value()).isEqualTo("42");
    }

    @Test
    void sessionAndResultAreOnRecord() {
        host.run(Specs.in(SANDBOX, OnFailure.KEEP, python("value secret", "mine"), Specs.shell("echo x")));
        var decided = host.record().stream()
                .map(entry -> entry.event())
                .filter(event -> event.kind().equals("call.decided"))
                .toList();
        assertThat(decided.getFirst().details()).containsEntry("session", "mine");
        assertThat(decided.get(1).details()).doesNotContainKey("session");
        var ended = host.record().stream()
                .map(entry -> entry.event())
                .filter(event -> event.kind().equals("call.ended"))
                .toList();
        String digest = CallDigest.of(List.of(new MimeBundle(Map.of("text/plain", ByteString.copyFromUtf8("secret")))))
                .sha256();
        assertThat(ended.getFirst().details())
                .containsEntry("results_sha256", digest)
                .doesNotContainValue("secret");
        assertThat(ended.get(1).details()).doesNotContainKey("results_sha256");
    }

    @Test
    void ofALongValueTheResultHasTheBeginning() {
        Task task = host.run(Specs.in(SANDBOX, OnFailure.KEEP, python("value " + "ab".repeat(5000), "")));
        assertThat(task.results().getFirst().value()).hasSize(4096);
        assertThat(ends(task).getFirst().results().getFirst().text().orElseThrow())
                .hasSize(10_000);
    }

    @Test
    void resultsAreBounded() {
        ToolCall large = python("value " + "x".repeat(7 << 20), "");
        Task task = host.run(Specs.in(SANDBOX, OnFailure.KEEP, large, large, large));
        assertThat(ends(task)).extracting(end -> end.results().size()).containsExactly(0, 1, 1);
    }
}
