package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.cli.client.Endpoint;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Allow;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Deny;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** approvals, of changes. */
@Timeout(60)
final class ChangeApprovalCommandsTest {
    private static final String CALL = "ap-0000000001";
    private static final String CHANGES = "ap-0000000002";

    private final Shell shell;
    private final FakeApprovals approvals = new FakeApprovals(CALL).withChanges(CHANGES);
    private final FakeDiffs diffs = new FakeDiffs();

    ChangeApprovalCommandsTest(@TempDir Path directory) {
        this.shell = new Shell(directory.resolve("state"));
        shell.serve(approvals, diffs);
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void bothKindsAreInOneList() {
        assertThat(shell.run("approvals", "list")).isZero();
        assertThat(shell.output()).isEqualTo("""
                APPROVAL       TASK     CALL  TOOL           ASKED  ANSWER  WHY
                ap-0000000001  nightly  3     shell as root  -      -       removes things
                ap-0000000002  nightly  -     changes        -      -       deletes
                """);
    }

    @Test
    void theChangesAreShownLineByLineAndNothingOfThemCanPose() {
        assertThat(shell.run("approvals", "show", CHANGES)).as(shell.errors()).isZero();
        assertThat(shell.output())
                .contains("folder    /home/anna/re\\x1b[31mports\n")
                .contains("changes   1 modified, 2 deleted\n")
                .contains("rule      scope.rules[1]\n")
                .contains("why       deletes\n")
                .contains("modify report.md")
                .contains("-one\n+ONE\\x1b[2J\n")
                .contains("delete old/a.txt")
                .doesNotContain("expires")
                .doesNotContain("\u001b");
        assertThat(diffs.requests)
                .containsExactly(DiffChangesRequest.newBuilder()
                        .setTaskId("nightly")
                        .setApprovalId(CHANGES)
                        .build());
        assertThat(shell.run("approvals", "show", CALL)).isZero();
        assertThat(diffs.requests).hasSize(1);
        assertThat(shell.run("approvals", "show", CHANGES, "--output", "json")).isZero();
        assertThat(diffs.requests).hasSize(1);
    }

    @Test
    void somePathsCanBeAllowed() {
        assertThat(shell.run("approvals", "allow", CHANGES, "report.md", "old/**"))
                .as(shell.errors())
                .isZero();
        assertThat(approvals.decisions)
                .containsExactly(answer().setNarrowed(ChangeSelection.newBuilder()
                                .addPaths("report.md")
                                .addPaths("old/**"))
                        .build());
        assertThat(shell.run("approvals", "allow", CALL, "report.md", "--for-task"))
                .isEqualTo(ExitCode.USAGE.number());
        assertThat(approvals.decisions).hasSize(1);
    }

    private static DecideApprovalRequest.Builder answer() {
        return DecideApprovalRequest.newBuilder().setApprovalId(CHANGES).setDigest("digest of " + CHANGES);
    }

    /** At the desk, where only this is open: what is typed is what is answered. */
    private List<DecideApprovalRequest> atTheDesk(String keys) throws Exception {
        FakeApprovals only = new FakeApprovals().withChanges(CHANGES);
        shell.serve(only, diffs);
        TypedKeys typed = new TypedKeys();
        try (HostClient client =
                HostClient.connect(new Endpoint.Unix(shell.directories().socket()))) {
            shell.run("help");
            Invocation invocation = shell.invocation(new GlobalOptions());
            Thread desk = Thread.ofVirtual().start(() -> {
                try {
                    new ApprovalDesk(invocation, client, () -> typed).run();
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
            shell.awaitOutput("[e] hunk by hunk");
            keys.chars().forEach(key -> typed.keys.add((char) key));
            Shell.await(() -> !only.decisions.isEmpty(), "an answer");
            typed.keys.add('q');
            assertThat(desk.join(Duration.ofSeconds(30))).isTrue();
        }
        return only.decisions;
    }

    @Test
    void aKeyAppliesThem() throws Exception {
        List<DecideApprovalRequest> decisions = atTheDesk("a");
        assertThat(shell.output()).contains("-one\n+ONE\\x1b[2J\n").contains(CHANGES + ": allow, by local:0");
        assertThat(decisions)
                .containsExactly(answer().setAllow(Allow.getDefaultInstance()).build());
    }

    @Test
    void aKeyRejectsThemAndThoseForCallsDoNothing() throws Exception {
        assertThat(atTheDesk("tsd"))
                .containsExactly(answer().setDeny(Deny.getDefaultInstance()).build());
    }

    @Test
    void hunkByHunkWithSingleKeysAndADirectoryWithAllThatIsInIt() throws Exception {
        assertThat(atTheDesk("enyan"))
                .containsExactly(answer().setNarrowed(ChangeSelection.newBuilder()
                                .addPicks(pick("report.md").addHunks(2).setSeen("digest of report.md"))
                                .addPicks(pick("old"))
                                .addPicks(pick("old/a.txt")))
                        .build());
    }

    private static ChangeSelection.Pick.Builder pick(String path) {
        return ChangeSelection.Pick.newBuilder().setChangeSetId("c1").setPath(path);
    }

    @Test
    void whoTakesADirectoryHasNotTakenWhatIsInIt() throws Exception {
        assertThat(atTheDesk("edynn"))
                .containsExactly(
                        answer().setNarrowed(ChangeSelection.newBuilder().addPicks(pick("old")))
                                .build());
    }

    @Test
    void theDeskShowsTheBeginningOfWhatIsLong() throws Exception {
        diffs.added = 500;
        assertThat(atTheDesk("d")).hasSize(1);
        assertThat(shell.output())
                .contains("modify report.md")
                .contains("+line 1\n")
                .contains("NOT shown here: mulligan approvals show " + CHANGES);
    }

    @Test
    void whatIsNotShownToItsEndIsNotAppliedByOneKey() throws Exception {
        diffs.added = 500;
        assertThat(atTheDesk("ad"))
                .containsExactly(answer().setDeny(Deny.getDefaultInstance()).build());
        assertThat(shell.output()).contains("[a] again applies all of it");
    }

    @Test
    void itIsAppliedByTwo() throws Exception {
        diffs.added = 500;
        assertThat(atTheDesk("aa"))
                .containsExactly(answer().setAllow(Allow.getDefaultInstance()).build());
    }

    @Test
    void whoChoosesNothingAnswersNothing() throws Exception {
        TypedKeys typed = new TypedKeys();
        typed.keys.addAll(List.of('q'));
        try (HostClient client =
                HostClient.connect(new Endpoint.Unix(shell.directories().socket()))) {
            shell.run("help");
            assertThat(new HunkPicker(
                                    shell.invocation(new GlobalOptions()),
                                    client,
                                    DiffChangesRequest.getDefaultInstance(),
                                    question ->
                                            typed.next(Duration.ofSeconds(30)).map(String::valueOf))
                            .pick())
                    .isEmpty();
        }
    }

    @Test
    void theDeskShowsABoundedPart() throws Exception {
        diffs.texts = 100;
        assertThat(atTheDesk("d")).hasSize(1);
        assertThat(shell.output()).contains("… and more, NOT shown here: mulligan approvals show " + CHANGES);
        assertThat(shell.output().lines().filter("+TWO"::equals).count()).isBetween(10L, 40L);
    }
}
