package dev.mulligan.guest.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Await;
import dev.mulligan.guest.RunRecorder;
import dev.mulligan.proto.guest.v1.Exited;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import dev.mulligan.proto.guest.v1.RunRequest;
import dev.mulligan.proto.guest.v1.Start;
import dev.mulligan.proto.guest.v1.TerminalSize;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, as it counts what is its process's: memory, descriptors, orphans. */
@Timeout(60)
@Isolated
final class ProcessServiceTest {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static AgentUnderTest agent;

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        agent = AgentUnderTest.start();
    }

    @AfterAll
    static void stop() throws Exception {
        agent.close();
    }

    @Test
    void streamsBothOutputsAndTheExitCode() throws Exception {
        RunRecorder run = run("echo out; echo err >&2; exit 7");
        assertThat(run.exited().getReason()).isEqualTo(Exited.Reason.EXIT);
        assertThat(run.exited().getExitCode()).isEqualTo(7);
        assertThat(run.exited().getSignal()).isZero();
        assertThat(run.stdout()).isEqualTo("out\n");
        assertThat(run.stderr()).isEqualTo("err\n");
        assertThat(run.status().isOk()).isTrue();
    }

    @Test
    void tellsASignalFromAnExitCode() throws Exception {
        RunRecorder killed = run("kill -9 $$");
        assertThat(killed.exited().getReason()).isEqualTo(Exited.Reason.SIGNAL);
        assertThat(killed.exited().getSignal()).isEqualTo(9);
        assertThat(killed.exited().getExitCode()).isEqualTo(137);
        RunRecorder exited = run("exit 137");
        assertThat(exited.exited().getReason()).isEqualTo(Exited.Reason.EXIT);
    }

    @Test
    void reportsWhatItUsed() throws Exception {
        Exited exited = run("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done").exited();
        assertThat(exited.getCpuTime().getSeconds() * 1e9 + exited.getCpuTime().getNanos())
                .isPositive();
        assertThat(exited.getPeakMemoryBytes()).isPositive();
    }

    @Test
    void givesACleanEnvironment() throws Exception {
        RunRecorder run =
                RunRecorder.start(agent.processes(), RunRecorder.shell("env").putEnvironment("GREETING", "höflich"));
        run.exited();
        assertThat(run.stdout())
                .contains("GREETING=höflich\n", "HOME=", "LANG=C.UTF-8\n", "USER=" + AgentUnderTest.SELF + "\n")
                .doesNotContain("TERM=", "MAVEN_");
    }

    @Test
    void passesArgumentsUntouched() throws Exception {
        RunRecorder run = RunRecorder.start(
                agent.processes(),
                RunRecorder.shell("printf '%s|' \"$@\"")
                        .addArguments("name")
                        .addArguments("$(reboot)")
                        .addArguments("a b'c\"")
                        .addArguments("ünï")
                        .addArguments(""));
        run.exited();
        assertThat(run.stdout()).isEqualTo("$(reboot)|a b'c\"|ünï||");
    }

    @Test
    void feedsInputAndItsEnd() throws Exception {
        RunRecorder run = run("cat; echo end");
        run.input("hello ");
        run.input("world\n");
        run.closeInput();
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.stdout()).isEqualTo("hello world\nend\n");
    }

    @Test
    void inputNobodyReadsHoldsTheHostBackAndNotTheGuest() throws Exception {
        RunRecorder run = run("sleep 1000");
        run.pid();
        ByteString chunk = ByteString.copyFrom(new byte[60_000]);
        int sent = 0;
        while (run.isReady() && sent < 10_000) {
            run.send(RunRequest.newBuilder().setStdin(chunk).build());
            sent++;
            Thread.sleep(1);
        }
        // The pipe, the waiting chunks and HTTP/2's window, but no more.
        assertThat(sent * 60_000L).isLessThan(4L << 20);
        run.cancel();
    }

    @Test
    void inputAfterTheProgramHasClosedItsEndIsIgnored() throws Exception {
        RunRecorder run = run("exec <&-; sleep 0.3; echo done");
        for (int round = 0; round < 50; round++) {
            run.input("x".repeat(10_000));
        }
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.stdout()).isEqualTo("done\n");
    }

    @Test
    void deliversSignals() throws Exception {
        RunRecorder run = run("trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        Await.until("the trap is set", () -> run.stdout().contains("ready"));
        run.signal(15);
        assertThat(run.exited().getExitCode()).isEqualTo(3);
        assertThat(run.stdout()).contains("caught");
    }

    @Test
    void stopsAtTheTimeLimit() throws Exception {
        RunRecorder run = RunRecorder.start(
                agent.processes(),
                RunRecorder.shell("sleep 1000")
                        .setLimits(ProcessLimits.newBuilder()
                                .setTime(Duration.newBuilder().setNanos(200_000_000))));
        assertThat(run.exited().getReason()).isEqualTo(Exited.Reason.TIME_LIMIT);
        assertThat(run.exited().getExitCode()).isEqualTo(137);
    }

    @Test
    void cancellingKillsDaemonsToo() throws Exception {
        Path pids = directory.resolve("pids");
        RunRecorder run = run("""
                daemon() { setsid sh -c 'echo $$ >>%s; sleep 1000' & }
                (daemon); daemon; echo $$ >>%s; sleep 1000
                """.formatted(pids, pids));
        assertTreeDies(pids, 3, run::cancel);
    }

    @Test
    void aDeadlineKills() throws Exception {
        Path pids = directory.resolve("pids");
        RunRecorder run = RunRecorder.start(
                agent.processes().withDeadlineAfter(2, TimeUnit.SECONDS),
                RunRecorder.shell(
                        "(setsid sh -c 'echo $$ >>%s; sleep 1000' &); echo $$ >>%s; sleep 1000".formatted(pids, pids)));
        assertTreeDies(pids, 2, () -> {});
        assertThat(run.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void whatIsLeftRunningDiesWithTheProgram() throws Exception {
        Path pids = directory.resolve("pids");
        RunRecorder run =
                run("(setsid sh -c 'echo $$ >%s; sleep 1000' &); while [ ! -s %s ]; do sleep 0.01; done; echo bye"
                        .formatted(pids, pids));
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.stdout()).isEqualTo("bye\n");
        assertTreeDies(pids, 1, () -> {});
    }

    /** By the time the program ends there is nothing left to kill, but somebody must take the orphan's status. */
    @Test
    void anOrphanThatEndedByItselfIsNoZombie() throws Exception {
        Path pids = directory.resolve("pids");
        RunRecorder run = run("(setsid sh -c 'echo $$ >%s' &); while [ ! -s %s ]; do sleep 0.01; done; sleep 0.1"
                .formatted(pids, pids));
        assertThat(run.exited().getExitCode()).isZero();
        assertTreeDies(pids, 1, () -> {});
    }

    @Test
    void printingWithoutEndBlocksWhileNobodyTakes() throws Exception {
        long before = usedMemory();
        RunRecorder run = RunRecorder.startSlow(agent.processes(), RunRecorder.shell("exec yes"));
        run.pid();
        Thread.sleep(500);
        Await.until("it is blocked", () -> {
            long ticks = cpuTicks(run.pid());
            Thread.sleep(300);
            return cpuTicks(run.pid()) - ticks < 5;
        });
        assertThat(usedMemory() - before).isLessThan(32L << 20);
        run.take(1_000);
        Await.until("it goes on", () -> run.received() > 4L << 20);
        run.cancel();
        Path process = Path.of("/proc/" + run.pid());
        Await.until("it is dead", () -> !Files.exists(process));
    }

    @Test
    void printsALot() throws Exception {
        RunRecorder run = run("head -c 100000000 /dev/zero");
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.received()).isEqualTo(100_000_000);
    }

    @Test
    void offersATerminal() throws Exception {
        RunRecorder run = RunRecorder.start(
                agent.processes(),
                RunRecorder.shell("tty; stty size; echo $TERM; ps -o tty= -p $$ || :; read line; echo \"got $line\"")
                        .setTerminal(TerminalSize.newBuilder().setColumns(100).setRows(30)));
        Await.until("the size", () -> run.stdout().contains("30 100"));
        run.send(RunRequest.newBuilder()
                .setResize(TerminalSize.newBuilder().setColumns(120).setRows(40))
                .build());
        run.input("typed\n");
        assertThat(run.exited().getExitCode()).isZero();
        assertThat(run.stdout()).contains("/dev/pts/", "xterm-256color", "got typed");
    }

    @Test
    void controlCReachesTheTerminalsProgram() throws Exception {
        RunRecorder run = RunRecorder.start(
                agent.processes(),
                RunRecorder.shell("echo ready; exec sleep 1000")
                        .setTerminal(TerminalSize.newBuilder().setColumns(80).setRows(24)));
        Await.until("it is up", () -> run.stdout().contains("ready"));
        run.send(RunRequest.newBuilder()
                .setStdin(ByteString.copyFrom(new byte[] {3}))
                .build());
        assertThat(run.exited().getSignal()).isEqualTo(2);
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        assertRefused(Start.newBuilder().setUser(AgentUnderTest.SELF), Status.Code.INVALID_ARGUMENT, "start.arguments");
        assertRefused(RunRecorder.shell("").setWorkingDirectory("relative"), Status.Code.INVALID_ARGUMENT, "relative");
        assertRefused(
                RunRecorder.shell("").setWorkingDirectory("/not/there"), Status.Code.INVALID_ARGUMENT, "/not/there");
        assertRefused(RunRecorder.shell("").setUser("nosuchuser"), Status.Code.INVALID_ARGUMENT, "nosuchuser");
        assertRefused(
                RunRecorder.shell("").setArguments(0, "no-such-program"), Status.Code.NOT_FOUND, "no-such-program");
        assertRefused(RunRecorder.shell("").addArguments("nul\0"), Status.Code.INVALID_ARGUMENT, "NUL");
        assertRefused(RunRecorder.shell("").putEnvironment("A=B", ""), Status.Code.INVALID_ARGUMENT, "A=B");
        assertRefused(
                RunRecorder.shell("").setTerminal(TerminalSize.newBuilder().setColumns(0)),
                Status.Code.INVALID_ARGUMENT,
                "terminal.columns: 0");
        assertRefused(
                RunRecorder.shell("").setLimits(ProcessLimits.newBuilder().setProcesses(-1)),
                Status.Code.INVALID_ARGUMENT,
                "limits.processes: -1");
    }

    @Test
    void aBadRequestInMidCallKillsTheProgram() throws Exception {
        RunRecorder run = run("sleep 1000");
        Path process = Path.of("/proc/" + run.pid());
        run.signal(65);
        assertThat(run.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(run.status().getDescription()).contains("signal.number: 65 (expected: 1 to 64)");
        Await.until("the program is gone", () -> !Files.exists(process));
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        run("true").exited();
        long before = descriptors();
        for (int round = 0; round < 30; round++) {
            run("true").exited();
        }
        Await.until("as many descriptors as before", () -> descriptors() <= before);
    }

    private static void assertRefused(Start.Builder start, Status.Code code, String message) throws Exception {
        Status status = RunRecorder.start(agent.processes(), start).status();
        assertThat(status.getCode()).isEqualTo(code);
        assertThat(status.getDescription()).contains(message);
    }

    private static void assertTreeDies(Path pids, int count, Runnable end) throws Exception {
        Await.until(
                "all have started",
                () -> Files.exists(pids) && Files.readAllLines(pids).size() >= count);
        end.run();
        for (String pid : Files.readAllLines(pids)) {
            Await.until("process " + pid + " is gone", () -> !Files.exists(Path.of("/proc", pid)));
        }
    }

    private static RunRecorder run(String script) {
        return RunRecorder.start(agent.processes(), RunRecorder.shell(script));
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long cpuTicks(int pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long descriptors() throws Exception {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }
}
