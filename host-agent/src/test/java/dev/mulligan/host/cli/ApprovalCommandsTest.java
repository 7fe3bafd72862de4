package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.cli.client.Endpoint;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** approvals. */
@Timeout(60)
final class ApprovalCommandsTest {
    private static final String FIRST = "ap-0000000001";
    private static final String SECOND = "ap-0000000002";

    private final Path directory;
    private final Shell shell;
    private final FakeApprovals approvals = new FakeApprovals(FIRST, SECOND);

    ApprovalCommandsTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
        shell.serve(approvals);
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void withoutATerminalTheOpenOnesAreListed() {
        assertThat(shell.run("approvals")).isZero();
        assertThat(shell.output()).isEqualTo("""
                APPROVAL       TASK     CALL  TOOL           ASKED  ANSWER  WHY
                ap-0000000001  nightly  3     shell as root  -      -       removes things
                ap-0000000002  nightly  3     shell as root  -      -       removes things
                """);
    }

    @Test
    void allOfACallIsShownAndNothingOfItCanPose() {
        assertThat(shell.run("approvals", "show", FIRST)).isZero();
        assertThat(shell.output())
                .startsWith("approval  " + FIRST + "\ndigest    digest of " + FIRST + "\n")
                .contains("tool      shell as root\n")
                .contains("rule      scope.rules[0]\n")
                .contains("why       removes things\n")
                .contains("way back  checkpoint cp-1, if the task is stopped\n")
                .contains("command\n  | rm -r build\n  | echo \\x1b[31mred\n");
    }

    @Test
    void answersNameWhatWasSeen() throws IOException {
        assertThat(shell.run("approvals", "allow", FIRST, "--for-task")).isZero();
        assertThat(shell.output()).startsWith(FIRST + ": allow, by local:0");
        assertThat(shell.run("approvals", "deny", SECOND, "--stop", "--reason", "no"))
                .isZero();
        assertThat(approvals.decisions)
                .containsExactly(
                        answer(FIRST)
                                .setAllow(
                                        DecideApprovalRequest.Allow.newBuilder().setForTask(true))
                                .build(),
                        answer(SECOND)
                                .setDeny(DecideApprovalRequest.Deny.newBuilder()
                                        .setStop(true)
                                        .setReason("no"))
                                .build());
        assertThat(shell.run("approvals", "allow", FIRST)).isNotZero();
        assertThat(shell.errors()).contains("APPROVAL_DECIDED").contains("local:0");
    }

    @Test
    void anAnswerWithADigestIsForWhatWasShownWithItAndNothingElse() {
        for (String verb : List.of("allow", "deny")) {
            assertThat(shell.run("approvals", verb, FIRST, "--digest", "digest of then"))
                    .isNotZero();
            assertThat(shell.errors()).contains("APPROVAL_CHANGED").contains("digest of then");
        }
        assertThat(approvals.decisions).isEmpty();
        assertThat(shell.run("approvals", "allow", FIRST, "--digest", "digest of " + FIRST))
                .isZero();
        assertThat(shell.run("approvals", "deny", SECOND, "--digest", "digest of " + SECOND))
                .isZero();
        assertThat(approvals.decisions)
                .extracting(DecideApprovalRequest::getApprovalId)
                .containsExactly(FIRST, SECOND);
    }

    private static DecideApprovalRequest.Builder answer(String id) {
        return DecideApprovalRequest.newBuilder().setApprovalId(id).setDigest("digest of " + id);
    }

    @Test
    void anEditIsOneCallAsInATaskFile() throws IOException {
        Path call = Files.writeString(directory.resolve("call.yaml"), "shell: rm -r build/cache\n");
        assertThat(shell.run("approvals", "allow", FIRST, "--edit", call.toString()))
                .as(shell.errors())
                .isZero();
        assertThat(approvals.decisions)
                .containsExactly(answer(FIRST)
                        .setEdited(ToolCall.newBuilder()
                                .setShell(ShellCall.newBuilder().setCommand("rm -r build/cache")))
                        .build());
        Files.writeString(call, "shel: rm\n");
        assertThat(shell.run("approvals", "allow", SECOND, "--edit", call.toString()))
                .isNotZero();
        assertThat(shell.errors()).contains("call.yaml").contains("shel");
        assertThat(shell.run("approvals", "allow", SECOND, "--edit", call.toString(), "--for-task"))
                .isNotZero();
        assertThat(approvals.decisions).hasSize(1);
    }

    @Test
    void singleKeysAnswerOneAfterTheOtherAndWhatOthersAnswerGoes() throws Exception {
        TypedKeys typed = new TypedKeys();
        GlobalOptions options = new GlobalOptions();
        try (HostClient client =
                HostClient.connect(new Endpoint.Unix(shell.directories().socket()))) {
            shell.run("help");
            Invocation invocation = shell.invocation(options);
            Thread desk = Thread.ofVirtual().start(() -> {
                try {
                    new ApprovalDesk(invocation, client, () -> typed).run();
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
            await("rm -r build");
            typed.keys.add('a');
            await(FIRST + ": allow");
            await(SECOND + "\n");
            approvals.answerElsewhere(SECOND);
            await(SECOND + ": deny, by token:phone");
            awaitAfter(SECOND + ": deny, by token:phone", "nothing is asked");
            typed.keys.add('a');
            typed.keys.add('q');
            assertThat(desk.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(approvals.decisions)
                .containsExactly(answer(FIRST)
                        .setAllow(DecideApprovalRequest.Allow.getDefaultInstance())
                        .build());
    }

    private void await(String printed) throws InterruptedException {
        awaitAfter("", printed);
    }

    /** The desk may have printed the same before; keys that are typed too early are dropped, as they should be. */
    private void awaitAfter(String earlier, String printed) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (shell.output().indexOf(printed, Math.max(0, shell.output().indexOf(earlier))) < 0) {
            assertThat(System.nanoTime()).as(printed + " in " + shell.output()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
