package dev.mulligan.host.real;

import static dev.mulligan.host.real.Hand.call;
import static dev.mulligan.host.real.Hand.shellScope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.real.HostAgentProcess.Ran;
import dev.mulligan.proto.host.v1.CallResult.Outcome;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CreateCheckpointRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.FileInfo;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.ListSandboxesRequest;
import dev.mulligan.proto.host.v1.RollbackRequest;
import dev.mulligan.proto.host.v1.SandboxState;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import io.grpc.protobuf.StatusProto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The real host agent over its socket, with a real machine, on bad days: programs that misbehave, hostile names, and
 * everything killed that can be. One machine for all; after each test nothing is left that no sandbox owns, and the
 * record is whole.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(900)
final class BadDaysIT {
    private static final String SANDBOX = "work";
    private static final String NOTE = "/home/agent/note";
    /** More on request: {@code -Dmulligan.kills=50}. */
    private static final int KILLS = Integer.getInteger("mulligan.kills", 4);

    private final RealHost host = new RealHost();
    private final Path state = host.directory().resolve("state");
    private final HostAgentProcess agent = new HostAgentProcess(state);
    private final Hand hand = new Hand(agent::client);

    @BeforeAll
    void start() throws Exception {
        Files.createDirectories(state);
        Files.createSymbolicLink(state.resolve("images"), host.imageDirectory());
        agent.start();
        hand.create(SANDBOX);
    }

    @AfterEach
    void leavesNothingAndTheRecordIsWhole() throws Exception {
        assertThat(hand.recordProblem()).isEmpty();
        assertThat(hand.leftovers()).isEmpty();
    }

    @AfterAll
    void end() throws Exception {
        try {
            agent.client()
                    .sandboxes(Patience.MACHINE)
                    .delete(DeleteSandboxRequest.newBuilder()
                            .setSandbox(SANDBOX)
                            .setForce(true)
                            .build());
            assertThat(hand.leftovers()).isEmpty();
            try (Stream<Path> machines = Files.list(state.resolve("machines"))) {
                assertThat(machines.filter(Files::isDirectory)).isEmpty();
            }
        } finally {
            agent.stop();
            host.keepLogs("BadDaysIT");
            host.close();
        }
    }

    @Test
    @Order(1)
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
    @Order(2)
    void whoTakesTooMuchMemoryIsStoppedAndNobodyElse() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope().setLimits(Limits.newBuilder().setMemoryBytes(64 << 20)),
                call("python3 -c 'x = b\"x\" * (200 << 20)'")));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.MEMORY_LIMIT);
        assertThat(hand.shell(SANDBOX, "echo through")).isEqualTo("through\n");
    }

    @Test
    @Order(3)
    void aFullDiskIsTheProgramsProblem() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                shellScope(),
                call("fallocate -l 8G fill; fallocate -l 4G fill2; fallocate -l 1G fill3; fallocate -l 300M fill4; "
                        + "head -c 500M /dev/zero > last")));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.ERROR);
        assertThat(task.getRolledBack()).isTrue();
        assertThat(hand.shell(SANDBOX, "ls; echo free > free && cat free")).isEqualTo("free\n");
    }

    @Test
    @Order(4)
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
    @Order(5)
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
        Path target = host.directory().resolve("taken");
        Ran copied = agent.run("sandbox", "cp", SANDBOX + ":/home/agent/names", target.toString());
        assertThat(copied.code()).as(copied.toString()).isIn(0, 1);
        assertThat(target.resolve("out")).doesNotExist();
        assertThat(target.resolve("fifo")).doesNotExist();
        assertThat(copied.errors()).contains("out: symbolic link that leads out");
    }

    @Test
    @Order(6)
    void rollbacksWaitTheirTurnOrAreRefused() throws Exception {
        hand.shell(SANDBOX, "echo one > " + NOTE);
        checkpoint("one");
        hand.shell(SANDBOX, "echo two > " + NOTE);
        Task running = hand.dispatch(SANDBOX, shellScope(), call("sleep 4"));
        awaitRunning();
        assertThat(reason(() -> rollback(""))).isEqualTo("TASK_RUNNING");
        assertThat(hand.ended(running).getState()).isEqualTo(TaskState.SUCCEEDED);

        List<Checkpoint> all = checkpoints();
        String one = all.stream()
                .filter(checkpoint -> checkpoint.getLabel().equals("one"))
                .findFirst()
                .orElseThrow()
                .getId();
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> reason(() -> rollback(one)));
        String mine = reason(() -> rollback(one));
        assertThat(List.of(mine, other.get(5, TimeUnit.MINUTES)))
                .allMatch(outcome -> outcome.isEmpty() || outcome.equals("ROLLBACK_RUNNING"))
                .contains("");
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("one\n");
    }

    @Test
    @Order(7)
    void killedAtAnyMomentOfATaskNothingIsLost() throws Exception {
        long seed = Long.getLong("mulligan.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < KILLS; round++) {
            String name = "round " + round + " of seed " + seed;
            hand.shell(SANDBOX, "echo before " + round + " > " + NOTE);
            Task task = hand.dispatch(
                    SANDBOX,
                    shellScope(),
                    call("echo during > " + NOTE),
                    call("sleep 0.5; echo more >> " + NOTE),
                    call("cat " + NOTE));
            // Spread over the whole of a task, which takes some five seconds without KVM.
            Thread.sleep((long) ((round + random.nextDouble()) * 6_000 / KILLS));
            agent.kill();
            agent.start();

            Task ended = hand.ended(task);
            String note = hand.shell(SANDBOX, "cat " + NOTE);
            System.err.println("BadDaysIT " + name + ": " + ended.getState() + ", " + ended.getReason());
            if (ended.getState() == TaskState.SUCCEEDED) {
                assertThat(note).as(name).isEqualTo("during\nmore\n");
            } else {
                assertThat(ended.getState()).as(name).isEqualTo(TaskState.INTERRUPTED);
                assertThat(ended.getReason()).as(name).isNotEmpty();
                assertThat(note).as(name).isEqualTo("before " + round + "\n");
            }
            assertThat(hand.recordProblem()).as(name).isEmpty();
            assertThat(hand.leftovers()).as(name).isEmpty();
        }
    }

    @Test
    @Order(8)
    void killedWhileASandboxIsMadeLeavesNoneOfIt() throws Exception {
        CompletableFuture<String> creation = CompletableFuture.supplyAsync(() -> reason(() -> hand.create("half")));
        Thread.sleep(2_500);
        agent.kill();
        creation.get(1, TimeUnit.MINUTES);
        agent.start();

        assertThat(agent.client()
                        .sandboxes(Patience.ANSWER)
                        .list(ListSandboxesRequest.getDefaultInstance())
                        .getSandboxesList())
                .extracting("name")
                .containsExactly(SANDBOX);
        try (Stream<Path> machines = Files.list(state.resolve("machines"))) {
            assertThat(machines.filter(Files::isDirectory)).hasSize(1);
        }
    }

    @Test
    @Order(9)
    void aMachineKilledUnderATaskInterruptsIt() throws Exception {
        hand.shell(SANDBOX, "echo before > " + NOTE);
        Task task = hand.dispatch(SANDBOX, shellScope(), call("echo during > " + NOTE + "; sleep 100"));
        awaitRunning();
        ProcessHandle machine = host.processBelow(state).orElseThrow();
        assertThat(machine.destroyForcibly()).isTrue();

        Task ended = hand.ended(task);
        assertThat(ended.getState()).isEqualTo(TaskState.INTERRUPTED);
        assertThat(ended.getReason()).isNotEmpty();
        if (sandboxState() == SandboxState.BROKEN) {
            rollback(ended.getCheckpointId());
        }
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("before\n");
    }

    @Test
    @Order(10)
    void aLibvirtThatIsStartedAgainFindsItsMachines() throws Exception {
        // In ./mulligan test the launcher keeps its record elsewhere than the tests their state.
        String services = System.getenv()
                .getOrDefault("MULLIGAN_SERVICES_STATE", System.getenv().getOrDefault("MULLIGAN_STATE", "/nowhere"));
        Path record = Path.of(services).resolve("run/services/libvirtd.pid");
        assumeTrue(Files.exists(record), "libvirtd was not started by ./mulligan: it is not ours to kill");
        Task task = hand.dispatch(SANDBOX, shellScope(), call("echo survived > " + NOTE + "; sleep 6; cat " + NOTE));
        awaitRunning();

        long pid = Long.parseLong(Files.readString(record).replaceFirst("(?s) .*", ""));
        ProcessHandle reaper = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> daemons = reaper.children()
                .filter(child -> child.info().command().orElse("").endsWith("libvirtd"))
                .toList();
        assertThat(daemons).hasSize(1);
        daemons.forEach(ProcessHandle::destroyForcibly);
        reaper.onExit().get(1, TimeUnit.MINUTES);
        ProcessBuilder again = new ProcessBuilder("../mulligan", "services", "start");
        again.environment().put("MULLIGAN_STATE", services);
        Process start = again.redirectErrorStream(true).start();
        String said = new String(start.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(start.waitFor()).as(said).isZero();

        // The guest's port needs no libvirt: what ran goes on.
        assertThat(hand.ended(task).getState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("survived\n");
        checkpoint("after libvirt came back");
        hand.shell(SANDBOX, "echo later > " + NOTE);
        rollback("");
        assertThat(hand.shell(SANDBOX, "cat " + NOTE)).isEqualTo("survived\n");
    }

    @Test
    @Order(11)
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

    @Test
    @Order(12)
    void theDemoTellsTheWholeStory() throws Exception {
        Ran demo = agent.run("demo");

        assertThat(demo.code()).as(demo.toString()).isZero();
        assertThat(demo.output())
                .contains("python wrote 55", "the file is right again", "/usr is gone", "Python works again")
                .containsPattern("all \\d+ entries are whole and linked");
    }

    @Test
    @Order(13)
    void doctorNamesWhatNoSandboxOwns() throws Exception {
        Path stray = Files.createDirectory(state.resolve("machines/stray"));
        Ran asked = agent.run("doctor", "--output", "json");
        Files.delete(stray);

        assertThat(asked.output()).contains("stray");
        assertThat(agent.run("doctor", "--output", "json").output()).doesNotContain("stray");
    }

    @Test
    @Order(14)
    void theReadmesClientInAnotherLanguage() throws Exception {
        String section = Files.readString(Path.of("../README.md"))
                .replaceFirst("(?s).*\n## From another language\n", "")
                .replaceFirst("(?s)\n## .*", "");
        Path place = Files.createDirectory(host.directory().resolve("reader"));
        Files.createSymbolicLink(place.resolve("proto"), Path.of("../proto").toRealPath());
        Path mulligan = place.resolve("mulligan");
        Files.writeString(
                mulligan,
                "#!/bin/sh\nexec "
                        + String.join(
                                " ",
                                agent.command().stream()
                                        .map(word -> "'" + word + "'")
                                        .toList()) + " \"$@\"\n");
        assertThat(mulligan.toFile().setExecutable(true)).isTrue();
        Files.writeString(place.resolve("client.py"), String.join("", blocks(section, "python")));
        Files.writeString(
                place.resolve("commands"),
                "set -eu\n"
                        + String.join("", blocks(section, "sh"))
                                .replace(
                                        "/tmp/client",
                                        place.resolve("generated").toString()));

        ProcessBuilder builder = new ProcessBuilder("bash", "commands").directory(place.toFile());
        builder.environment().put("MULLIGAN_STATE", state.toString());
        builder.environment().put("PATH", "/usr/bin:/bin"); // Debian's Python, whatever else is installed
        Process reader = builder.redirectErrorStream(true).start();
        String printed = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(reader.waitFor()).as(printed).isZero();
        assertThat(printed).contains("hello from sandbox");
    }

    private static List<String> blocks(String text, String language) {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private void awaitRunning() throws Exception {
        for (int tries = 0; tries < 600; tries++) {
            if (hand.shell(SANDBOX, "pgrep -x sleep || true").length() > 1) {
                return;
            }
        }
        throw new AssertionError("the task's program does not run");
    }

    private SandboxState sandboxState() throws Exception {
        return agent.client()
                .sandboxes(Patience.ANSWER)
                .get(GetSandboxRequest.newBuilder().setSandbox(SANDBOX).build())
                .getSandbox()
                .getState();
    }

    private void checkpoint(String label) throws Exception {
        var _ = agent.client()
                .checkpoints(Patience.MACHINE)
                .create(CreateCheckpointRequest.newBuilder()
                        .setSandbox(SANDBOX)
                        .setKind(Checkpoint.Kind.FULL)
                        .setLabel(label)
                        .build());
    }

    private List<Checkpoint> checkpoints() throws Exception {
        return agent.client()
                .checkpoints(Patience.ANSWER)
                .list(dev.mulligan.proto.host.v1.ListCheckpointsRequest.newBuilder()
                        .setSandbox(SANDBOX)
                        .build())
                .getCheckpointsList();
    }

    private void rollback(String checkpoint) throws Exception {
        var _ = agent.client()
                .checkpoints(Patience.MACHINE)
                .rollback(RollbackRequest.newBuilder()
                        .setSandbox(SANDBOX)
                        .setCheckpointId(checkpoint)
                        .build());
    }

    private static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    /** The reason of the error that a call ends with; empty if it succeeds; the error itself if it has no reason. */
    private static String reason(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (thrown == null) {
            return "";
        }
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        if (status == null) {
            return Objects.toString(thrown);
        }
        return status.getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .map(BadDaysIT::unpack)
                .findFirst()
                .orElse(thrown.toString());
    }

    private static String unpack(Any detail) {
        try {
            return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException damaged) {
            throw new AssertionError(damaged);
        }
    }
}
