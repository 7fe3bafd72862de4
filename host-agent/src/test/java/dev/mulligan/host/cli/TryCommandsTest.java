package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.mulligan.host.TryLabel;
import dev.mulligan.proto.host.v1.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** fork, try, and sandbox pick. */
@Timeout(60)
final class TryCommandsTest {
    private final Path directory;
    private final Shell shell;
    private final FakeTry host = new FakeTry();

    TryCommandsTest(@TempDir Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory.resolve("state"));
    }

    @BeforeEach
    void serve() {
        shell.serve(host.sandboxes, host.tasks, host.changes);
    }

    @AfterEach
    void close() {
        shell.close();
    }

    private String task(String name) throws IOException {
        return task(name, "image: other\n");
    }

    private String task(String name, String place) throws IOException {
        return Files.writeString(
                        directory.resolve(name + ".yaml"),
                        "name: " + name + "\n" + place + "scope: {tools: [shell]}\ncalls: [{shell: ls}]\n")
                .toString();
    }

    @Test
    void forkPrintsTheNewIds() {
        assertThat(shell.run("fork", "web", "-n", "3", "--name", "left", "--label", "a=b"))
                .isZero();
        assertThat(shell.output()).isEqualTo("sb-1\nsb-2\nsb-3\n");
        assertThat(shell.errors()).contains("taking the moment of web");
        assertThat(host.forks.getFirst().getCount()).isEqualTo(3);
        assertThat(host.forks.getFirst().getNamesList()).containsExactly("left");
        assertThat(host.forks.getFirst().getLabelsMap()).containsEntry("a", "b");

        assertThat(shell.run("fork", "web", "--name", "left", "--name", "right"))
                .isZero();
        assertThat(host.forks.getLast().getCount()).isEqualTo(2);

        assertThat(shell.run("fork", "booted")).isEqualTo(6);
        assertThat(shell.errors()).contains("it was booted");
    }

    @Test
    void theHighestScoreStays() throws IOException {
        host.scores.put("sb-1", "some words\n3\n");
        host.scores.put("sb-2", "12.5\nmore words");
        host.scores.put("sb-3", "7");
        assertThat(shell.run("try", "-n", "3", "--sandbox", "web", "--task", task("build"), "--score", "./test"))
                .isZero();
        assertThat(host.dispatched).hasSize(3).allSatisfy(request -> {
            TaskSpec spec = request.getTask();
            assertThat(spec.getImage()).isEmpty();
            assertThat(spec.getLabelsMap()).containsKeys(TryLabel.KEY, "mulligan.candidate");
        });
        assertThat(host.dispatched)
                .extracting(request -> request.getTask().getSandbox())
                .containsExactlyInAnyOrder("sb-1", "sb-2", "sb-3");
        String id = host.forks.getFirst().getLabelsOrThrow(TryLabel.KEY);
        assertThat(host.forks.getFirst().getNamesList()).containsExactly(id + "-1", id + "-2", id + "-3");
        assertThat(host.picks).hasSize(1);
        assertThat(host.picks.getFirst().getTryId()).isEqualTo(id);
        assertThat(host.picks.getFirst().getSandbox()).isEqualTo("sb-2");
        assertThat(host.picks.getFirst().getReason()).contains("12.5");
        assertThat(shell.output())
                .contains("CANDIDATE  SANDBOX")
                .contains("+1 ~1 -1")
                .contains("2.0 s")
                .contains("""
                        candidate 1, below /home/agent:
                          + out of build
                          ~ kept
                          - old
                        """)
                .endsWith("picked candidate 2, the highest score, 12.5: sb-2\n");
        assertThat(host.deleted).isEmpty();
    }

    @Test
    void aMachineThatDiesBeforeItIsScoredCostsNoOtherItsResult() throws IOException {
        host.dead.add("sb-1");
        host.scores.put("sb-2", "2");
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task("build"), "--score", "./test"))
                .as(shell.errors())
                .isZero();
        assertThat(shell.errors())
                .contains("candidate 1: scored none, its command could not be run: ", "candidate 2: scored 2");
        assertThat(shell.output()).contains("candidate 1 has no score: its command could not be run: ");
        assertThat(host.picks.getFirst().getSandbox()).isEqualTo("sb-2");
    }

    @Test
    void whatTheScoringCommandPrintedStandsBesideTheCandidate() throws IOException {
        host.scores.put("sb-1", "3 passed\n1 failed\n3\n");
        host.scores.put("sb-2", "Traceback (most recent call last):\nKeyError: 'total'\n");
        host.scores.put("sb-3", "7");
        assertThat(shell.run("try", "-n", "3", "--sandbox", "web", "--task", task("build"), "--score", "./test"))
                .isZero();
        assertThat(shell.output()).contains("""
                        candidate 1, printed by the scoring command:
                          3 passed
                          1 failed
                          3
                        """).contains("""
                        candidate 2 has no score: its command ended with exit code 1

                        candidate 2, printed by the scoring command:
                          Traceback (most recent call last):
                          KeyError: 'total'
                        """).doesNotContain("candidate 3, printed");
    }

    @Test
    void oneThatIsRefusedEndsTheOthersAndTheTry() throws IOException {
        assertThat(shell.run(
                        "try", "--sandbox", "web", "--task", task("wait"), "--task", task("refused"), "--pick", "1"))
                .isEqualTo(2);
        assertThat(shell.errors()).contains("no such base");
        assertThat(host.cancelled.getCount()).as("the other was cancelled").isZero();
        assertThat(host.picks).as("and its sandbox goes").hasSize(1);
        assertThat(host.picks.getFirst().getSandbox()).isEmpty();
    }

    /** Nothing reaches a folder before one is picked, and nothing of the others afterwards. */
    @Test
    void candidatesShowWhatTheyWroteToFolders() throws IOException {
        Path task = Files.writeString(directory.resolve("tidy.yaml"), """
                        name: tidy
                        scope:
                          tools: [shell]
                          apply: auto
                          folders: [{path: /srv/reports, as: /w, access: write}]
                          rules:
                            - {when: 'change.path.endsWith(".key")', then: deny}
                            - {when: 'change.kind == "create"', then: allow}
                        calls: [{shell: ls}]
                        """);
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task.toString(), "--pick", "2"))
                .as(shell.errors())
                .isZero();
        assertThat(shell.output()).contains("candidate 1, in /srv/reports:\n  ~ text\n");
        assertThat(shell.errors()).contains("mulligan apply t-sb-2-tidy");
        // By which the host agent knows them as candidates, and applies nothing: TaskFoldersTest.
        assertThat(host.dispatched)
                .hasSize(2)
                .allSatisfy(
                        request -> assertThat(request.getTask().getLabelsMap()).containsKey(TryLabel.KEY));
        assertThat(host.rejected).containsExactly("t-sb-1-tidy");
    }

    @Test
    void severalTasksSideBySideAndPicksByNumberForPrograms() throws IOException {
        assertThat(shell.run(
                        "try",
                        "--sandbox",
                        "web",
                        "--task",
                        task("build"),
                        "--task",
                        task("fail"),
                        "--pick",
                        "1",
                        "--output",
                        "json"))
                .isZero();
        List<JsonNode> candidates =
                shell.output().lines().map(TryCommandsTest::json).toList();
        assertThat(candidates).hasSize(2);
        assertThat(candidates.getFirst().path("state").asText()).isEqualTo("succeeded");
        assertThat(candidates.getFirst().path("picked").asBoolean()).isTrue();
        assertThat(candidates.getFirst().path("created").get(0).asText()).isEqualTo("out of build");
        assertThat(candidates.getFirst().path("durationMs").asLong()).isEqualTo(2000);
        assertThat(candidates.getLast().path("state").asText()).isEqualTo("failed");
        assertThat(candidates.getLast().path("exitCode").asInt()).isEqualTo(7);
        assertThat(candidates.getLast().path("picked").asBoolean()).isFalse();
        assertThat(host.picks.getFirst().getSandbox()).isEqualTo("sb-1");
        assertThat(host.picks.getFirst().getReason()).isEqualTo("by hand");
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    void aPersonIsAskedUntilTheAnswerIsOne() throws IOException {
        shell.input("five\n9\n2\n");
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task("build"), "--pick", "ask"))
                .isZero();
        assertThat(shell.errors()).contains("Which one stays? 1 to 2");
        assertThat(host.picks.getFirst().getSandbox()).isEqualTo("sb-2");
    }

    @Test
    void withoutAnAnswerAScoreOrASuccessNothingIsDeleted() throws IOException {
        String task = task("build");
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task))
                .isZero();
        assertThat(shell.errors()).contains("all candidates stay").contains("mulligan sandbox pick try-");
        shell.input("\n");
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task, "--pick", "ask"))
                .isZero();
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task, "--score", "true"))
                .isEqualTo(1);
        assertThat(shell.run("try", "-n", "2", "--sandbox", "web", "--task", task("fail"), "--keep"))
                .isEqualTo(1);
        assertThat(host.picks).isEmpty();
    }

    @Test
    void aNewSandboxOfAnImageIsDeletedOnceItIsForked() throws IOException {
        assertThat(shell.run("try", "-n", "2", "--image", "data", "--task", task("build"), "--keep"))
                .isZero();
        assertThat(host.forks.getFirst().getSandbox()).isEqualTo("sb-data");
        assertThat(host.deleted).containsExactly("sb-data");
    }

    @Test
    void anInterruptCancelsAllAndLeavesNoCandidate() throws Exception {
        String file = task("wait");
        AtomicInteger exit = new AtomicInteger(-1);
        Thread command = Thread.ofVirtual()
                .start(() -> exit.set(shell.run("try", "-n", "2", "--sandbox", "web", "--task", file)));
        Shell.await(() -> host.dispatched.size() == 2 && shell.handlesInterrupts(), "two tasks");
        shell.interrupt();
        command.join();
        assertThat(exit.get()).isEqualTo(130);
        assertThat(host.picks).hasSize(1);
        assertThat(host.picks.getFirst().getSandbox()).isEmpty();
    }

    @Test
    void anInterruptInTheMiddleOfTheForkLeavesNoOriginAndNoFork() throws Exception {
        String file = task("build");
        AtomicInteger exit = new AtomicInteger(-1);
        Thread command = Thread.ofVirtual()
                .start(() -> exit.set(shell.run("try", "-n", "2", "--sandbox", "slow", "--task", file)));
        Shell.await(() -> host.forks.size() == 1 && shell.handlesInterrupts(), "the fork");
        shell.interrupt();
        command.join();
        assertThat(exit.get()).isEqualTo(130);
        assertThat(host.forkCancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(host.dispatched).isEmpty();
        assertThat(host.picks).as("what is there all the same").hasSize(1);
    }

    @Test
    void withoutASandboxOrAnImageTheTasksSayWhatIsForked() throws IOException {
        assertThat(shell.run("try", "-n", "2", "--task", task("build"), "--keep"))
                .as(shell.errors())
                .isZero();
        assertThat(host.created).singleElement().satisfies(origin -> {
            assertThat(origin.getImage()).isEqualTo("other");
            assertThat(origin.getLabelsMap()).as("found if it is left").containsKey(TryLabel.KEY);
        });
        assertThat(host.deleted).containsExactly("sb-other");
        String elsewhere = task("else", "sandbox: web\n");
        assertThat(shell.run("try", "--task", elsewhere, "--keep")).isZero();
        assertThat(host.forks.getLast().getSandbox()).isEqualTo("web");
        assertThat(shell.run("try", "--task", task("none", ""), "--keep")).isZero();
        assertThat(host.created.getLast().getImage()).isEqualTo("base");
        assertThat(shell.run("try", "--task", task("build"), "--task", elsewhere))
                .isEqualTo(2);
        assertThat(shell.errors()).contains("image other, sandbox web (expected: the same in all");
        assertThat(shell.run("try", "--task", task("thread", "thread: nightly\n")))
                .isEqualTo(2);
        assertThat(shell.errors()).contains("thread nightly in ");
        assertThat(host.forks).hasSize(3);
    }

    @Test
    void pickEndsATryThatKeptAll() {
        assertThat(shell.run("sandbox", "pick", "try-1-2")).isZero();
        assertThat(shell.output()).isEqualTo("sb-other\n");
        assertThat(host.picks.getFirst().getTryId()).isEqualTo("try-1");
        assertThat(host.picks.getFirst().getSandbox()).isEqualTo("sb-of-try-1-2");
        assertThat(shell.run("sandbox", "pick", "web")).isEqualTo(2);
        assertThat(host.picks).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --pick some              | 'some' (expected: best, ask, or a number)
            --pick best              | --pick best needs --score
            --pick 3                 | --pick 3 (expected: 1 to 2)
            --pick 1 --keep          | --keep and --pick exclude each other
            --image data             | --sandbox web and --image data (expected: one of them, or neither)
            -n 33                    | (expected: 1 to 32)
            -n 0                     | (expected: 1 to 32)
            """)
    void wrongUsageStartsNothing(String options, String explanation) throws IOException {
        String line = "try -n 2 --sandbox web --task " + task("build") + " " + options;
        if (options.startsWith("-n")) {
            line = line.replace("-n 2 ", "");
        }
        assertThat(shell.run(line.split(" +", -1))).isEqualTo(2);
        assertThat(shell.errors()).contains(explanation);
        assertThat(host.forks).isEmpty();
    }

    @Test
    void aListingSeesNamesSizesAndTimesAndNoMore() {
        HomeListing before = HomeListing.read(bytes(
                "f 644 5 1.0 1.0 a\0f 644 5 1.0 1.0 with space\0d 755 4096 1.0 1.0 dir\0f 600 1 1.0 1.0 gone\0junk\0"));
        HomeListing after = HomeListing.read(bytes(
                "f 644 5 1.0 2.0 a\0f 644 5 1.0 1.0 with space\0d 755 4096 9.0 9.0 dir\0f 644 0 3.0 3.0 dir/é\0"));
        assertThat(before.until(after)).isEqualTo(new HomeChanges(List.of("dir/é"), List.of("a"), List.of("gone")));
        assertThat(before.until(before).brief()).isEqualTo("+0 ~0 -0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            true  | 0 | 7             | 7    | ''
            true  | 0 | 1;2.5;words   | 2.5  | ''
            true  | 0 | -3e2          | -300 | ''
            true  | 0 | NaN           | none | its command printed no line that is a number
            true  | 0 | words         | none | its command printed no line that is a number
            true  | 1 | 7             | none | its command ended with exit code 1
            false | 0 | 7             | none | its command was stopped before its end
            """)
    void aScoreIsTheLastNumberOfACommandThatSucceeded(
            boolean ended, int exitCode, String output, String score, String missing) {
        Score said = Score.of(
                new CapturedProgram.Outcome(ended, exitCode, bytes(output.replace(';', '\n')), true, ByteString.EMPTY));
        assertThat(said.toString()).isEqualTo(score == null ? "none" : score);
        assertThat(said.missing()).isEqualTo(missing);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.UTF_8);
    }
}
