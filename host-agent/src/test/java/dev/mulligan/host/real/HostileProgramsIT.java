package dev.mulligan.host.real;

import static dev.mulligan.host.real.ErrorReason.reason;
import static dev.mulligan.host.real.Hand.call;
import static dev.mulligan.host.real.Hand.shellScope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import dev.mulligan.host.real.HostAgentProcess.Ran;
import dev.mulligan.proto.host.v1.AuditEntry;
import dev.mulligan.proto.host.v1.CallResult.Outcome;
import dev.mulligan.proto.host.v1.FileInfo;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The real host agent over its socket, with a real machine in which programs misbehave and names are hostile. One
 * machine for all; after each test nothing is left that no sandbox owns, and the record is whole.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class HostileProgramsIT {
    private static final String SANDBOX = "work";

    private final HostAgentTrial trial = new HostAgentTrial();
    private final Hand hand = trial.hand();

    @BeforeAll
    void start() throws Exception {
        trial.start();
        hand.create(SANDBOX);
    }

    @AfterEach
    void leavesNothingAndTheRecordIsWhole() throws Exception {
        trial.requireWholeAndClean();
    }

    @AfterAll
    void end() throws Exception {
        trial.end("HostileProgramsIT");
    }

    @Test
    void aForkBombBurstsInsideItsLimit() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope().setLimits(Limits.newBuilder().setProcesses(48)),
                call("bomb() { bomb | bomb & }; bomb; sleep 60").setTime(seconds(4))));

        assertThat(task.getState()).isEqualTo(TaskState.FAILED);
        assertThat(hand.shell(SANDBOX, "echo through")).isEqualTo("through\n");
        assertThat(hand.shell(SANDBOX, "pgrep -u agent -c -f [b]omb || true")).isEqualTo("0\n");
    }

    @Test
    void whoTakesTooMuchMemoryIsStoppedAndNobodyElse() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope().setLimits(Limits.newBuilder().setMemoryBytes(64 << 20)),
                call("python3 -c 'x = b\"x\" * (200 << 20)'")));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.MEMORY_LIMIT);
        assertThat(hand.shell(SANDBOX, "echo through")).isEqualTo("through\n");
    }

    @Test
    void aFullDiskIsTheProgramsProblem() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope(),
                call("fallocate -l 8G fill; fallocate -l 4G fill2; fallocate -l 1G fill3; fallocate -l 300M fill4; "
                        + "head -c 500M /dev/zero > last")));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.ERROR);
        assertThat(task.getRolledBack()).isTrue();
        assertThat(hand.shell(SANDBOX, "ls | grep -E '^(fill|last)'; echo free > free && cat free"))
                .isEqualTo("free\n");
    }

    @Test
    void whatPrintsWithoutEndOrNeverEndsIsStopped() throws Exception {
        Task talker = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope().setLimits(Limits.newBuilder().setOutputBytes(1 << 20)),
                call("yes | head -c 10G")));
        Task sleeper = hand.ended(hand.dispatch(
                SANDBOX, shellScope(), call("trap '' TERM INT HUP; sleep 1000").setTime(seconds(2))));

        assertThat(talker.getResultsList()).extracting("outcome").containsExactly(Outcome.OUTPUT_LIMIT);
        assertThat(talker.getResults(0).getDuration().getSeconds()).isLessThan(30);
        assertThat(sleeper.getResultsList()).extracting("outcome").containsExactly(Outcome.TIME_LIMIT);
        assertThat(hand.shell(SANDBOX, "pgrep -c -x 'yes|sleep' || true")).isEqualTo("0\n");
    }

    @Test
    void hostileNames() throws Exception {
        hand.shell(
                SANDBOX,
                "mkdir names; cd names; touch $'not\\xffutf8'; ln -s /etc/shadow out; touch $'new\\nline'; "
                        + "mkfifo fifo; ln -s loop loop");

        List<FileInfo> files = hand.list(SANDBOX, "/home/agent/names");
        assertThat(files)
                .filteredOn(file -> !file.getRawPath().isEmpty())
                .extracting(FileInfo::getPath, file -> file.getRawPath().toString(StandardCharsets.ISO_8859_1))
                .containsExactlyInAnyOrder(
                        tuple("/home/agent/names/not\\xffutf8", "/home/agent/names/not\u00ffutf8"),
                        tuple("/home/agent/names/new\\x0aline", "/home/agent/names/new\nline"));

        assertThat(reason(() -> hand.read(SANDBOX, "/home/agent/../../etc/passwd")))
                .isEqualTo("BAD_PATH");
        assertThat(reason(() -> hand.read(SANDBOX, "/home/agent/" + "n".repeat(300))))
                .isEqualTo("BAD_PATH");
        assertThat(reason(() -> hand.read(SANDBOX, "relative"))).isEqualTo("BAD_PATH");
        // As the agent: the link leads to what it may not read, and to nowhere.
        assertThat(reason(() -> hand.read(SANDBOX, "/home/agent/names/out"))).isEqualTo("FILE_DENIED");
        for (String special : List.of("/dev/zero", "/home/agent/names/fifo", "/home/agent/names/loop")) {
            assertThat(reason(() -> hand.read(SANDBOX, special)))
                    .as(special)
                    .isIn("FILE_CONFLICT", "FILE_DENIED", "INVALID_ARGUMENT", "NO_SUCH_FILE", "BAD_PATH");
        }
        // What a person takes to their own disk holds no way out of it.
        Path target = trial.directory().resolve("taken");
        Ran copied = trial.agent().run("sandbox", "cp", SANDBOX + ":/home/agent/names", target.toString());
        assertThat(copied.code()).as(copied.toString()).isIn(0, 1);
        assertThat(target.resolve("out")).doesNotExist();
        assertThat(target.resolve("fifo")).doesNotExist();
        assertThat(copied.errors()).contains("out: symbolic link that leads out");
    }

    @Test
    void aCallGetsTheProcessorTimeOfItsLimit() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope().setLimits(Limits.newBuilder().setCpuMillis(200)),
                call("timeout 4 sh -c 'while :; do :; done'; "
                        + "grep usage_usec /sys/fs/cgroup/$(cut -d: -f3 /proc/self/cgroup)/cpu.stat > usage")));

        assertThat(task.getState()).isEqualTo(TaskState.SUCCEEDED);
        long used = Long.parseLong(hand.shell(SANDBOX, "cat usage").replaceAll("\\D", ""));
        // A fifth of four seconds, and what starting and ending takes.
        assertThat(used).isBetween(300_000L, 1_600_000L);
    }

    /** Of four in forks of one sandbox, one never ends and the machine of another dies. */
    @Test
    void candidatesThatNeverEndOrDieHoldNoOtherUp() throws Exception {
        hand.shell(SANDBOX, "mkdir plan; echo start > plan/note; echo old > plan/old");
        List<String> before = ids();
        Trying trying = new Trying(trial);
        CompletableFuture<Ran> running = trying.begin(
                SANDBOX,
                "--task",
                trying.task("quick", "1m", "echo 7 > plan/score; rm plan/old"),
                "--task",
                trying.task("careful", "1m", "echo 12 > plan/score; echo more >> plan/note"),
                "--task",
                trying.task("endless", "45s", "echo 99 > plan/score; trap '' TERM INT HUP; while sleep 5; do :; done"),
                "--task",
                trying.task("victim", "10m", "echo 50 > plan/score; sleep 600"),
                "--score",
                "cat plan/score",
                "--output",
                "json");
        String victim = trying.awaitCandidate("try-[a-z0-9]+", 4).getId();
        trying.awaitProgram(victim, "sleep");
        Path machine = trial.state().resolve("machines").resolve(victim);
        assertThat(trial.host().processBelow(machine).orElseThrow().destroyForcibly())
                .isTrue();

        Ran ran = running.get(5, TimeUnit.MINUTES);
        assertThat(ran.code()).as(ran.toString()).isZero();
        List<JsonNode> candidates = Trying.candidates(ran);
        assertThat(candidates)
                .extracting(
                        one -> one.path("state").asText(),
                        one -> one.path("scoreOutput").asText("none"))
                .containsExactly(
                        tuple("succeeded", "7"),
                        tuple("succeeded", "12"),
                        tuple("failed", "none"),
                        tuple("interrupted", "none"));
        assertThat(candidates)
                .extracting(
                        one -> one.path("created").toString(),
                        one -> one.path("modified").toString(),
                        one -> one.path("deleted").toString())
                .startsWith(
                        tuple("[\"plan/score\"]", "[]", "[\"plan/old\"]"),
                        tuple("[\"plan/score\"]", "[\"plan/note\"]", "[]"),
                        tuple("[\"plan/score\"]", "[]", "[]"));
        assertThat(candidates)
                .extracting(one -> one.path("picked").asBoolean())
                .containsExactly(false, true, false, false);
        assertThat(candidates.get(2).path("durationMs").asLong()).isGreaterThanOrEqualTo(45_000);

        List<String> forks =
                candidates.stream().map(one -> one.path("sandbox").asText()).toList();
        String picked = forks.get(1);
        assertThat(ids())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(before.stream(), Stream.of(picked)).toList());
        assertThat(hand.shell(SANDBOX, "cat plan/*")).as("the origin").isEqualTo("start\nold\n");
        forks.stream().filter(fork -> !fork.equals(picked)).forEach(trying::requireGone);
        List<String> tasks =
                candidates.stream().map(one -> one.path("task").asText()).toList();
        requireOnRecord(forks, tasks, picked);
        long end = sequence("task.ended", entry -> entry.getTaskId().equals(tasks.get(2)));
        for (String scored : forks.subList(0, 2)) {
            assertThat(sequence("sandbox.exec", entry -> entry.getSandboxId().equals(scored)))
                    .as("scored while the one without an end was waited for")
                    .isLessThan(end);
        }
        assertThat(hand.shell(picked, "cat plan/score plan/note plan/old")).isEqualTo("12\nstart\nmore\nold\n");
        hand.delete(picked);
    }

    private void requireOnRecord(List<String> forks, List<String> tasks, String picked) throws Exception {
        List<String> others =
                forks.stream().filter(fork -> !fork.equals(picked)).toList();
        assertThat(hand.recorded("sandbox.forked").getLast().getDetailsMap().get("children"))
                .contains(forks);
        for (String kind : List.of("task.dispatched", "task.ended")) {
            assertThat(hand.recorded(kind))
                    .as(kind)
                    .extracting(AuditEntry::getTaskId)
                    .containsAll(tasks);
        }
        AuditEntry pick = hand.recorded("try.picked").getLast();
        assertThat(pick.getSandboxId()).isEqualTo(picked);
        assertThat(pick.getDetailsMap().get("why")).isEqualTo("the highest score, 12");
        assertThat(pick.getDetailsMap().get("others")).contains(others);
        assertThat(hand.recorded("sandbox.deleted"))
                .extracting(AuditEntry::getSandboxId)
                .containsAll(others);
    }

    /** Of the last such entry. */
    private long sequence(String kind, Predicate<AuditEntry> which) throws Exception {
        return hand.recorded(kind).stream()
                .filter(which)
                .mapToLong(AuditEntry::getSequence)
                .max()
                .orElseThrow();
    }

    @Test
    void candidatesThatAreKeptStandSideBySideUntilSomebodyPicks() throws Exception {
        List<String> before = ids();
        Trying trying = new Trying(trial);
        Ran tried = trying.begin(
                        SANDBOX, "-n", "2", "--task", trying.task("made", "1m", "date > made; exit 3"), "--keep")
                .get(5, TimeUnit.MINUTES);
        assertThat(tried.code()).as(tried.toString()).isEqualTo(1);
        assertThat(tried.output()).containsPattern("(?s)candidate 1, below /home/agent:\n  \\+ made\n.*candidate 2,");
        String name = tried.output().replaceFirst("(?s).*?(try-[a-z0-9]+)-1 .*", "$1");
        String first = trying.awaitCandidate(name, 1).getId();
        String second = trying.awaitCandidate(name, 2).getId();

        Ran picked = trial.agent().run("sandbox", "pick", name + "-2");
        assertThat(picked.output()).as(picked.toString()).isEqualTo(first + "\n");
        trying.requireGone(first);
        assertThat(hand.shell(second, "ls made")).isEqualTo("made\n");
        assertThat(hand.recorded("try.picked").getLast().getDetailsMap()).containsEntry("why", "by hand");
        hand.delete(second);
        assertThat(ids()).isEqualTo(before);
    }

    private List<String> ids() throws Exception {
        return hand.sandboxes().stream().map(Sandbox::getId).toList();
    }

    private static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
