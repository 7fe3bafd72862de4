package dev.mulligan.guest.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Await;
import dev.mulligan.guest.Evaluation;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.EndSessionRequest;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Language;
import dev.mulligan.proto.guest.v1.ListSessionsRequest;
import dev.mulligan.proto.guest.v1.PrepareRequest;
import dev.mulligan.proto.guest.v1.ProcessLimits;
import dev.mulligan.proto.guest.v1.Session;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How calls and sessions end: interrupts, time limits, broken connections, death. */
@Timeout(60)
@OneAgentPerProcess
final class SessionEndTest {
    private final SessionFixture python;

    SessionEndTest() throws Exception {
        python = new SessionFixture(AgentUnderTest.start(), Language.PYTHON);
    }

    @AfterEach
    void stop() throws Exception {
        python.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PYTHON, 'print(\"begun\")\nimport time; time.sleep(100)'",
        "PYTHON, 'print(\"begun\")\nwhile True: pass'",
        "PYTHON, 'print(\"begun\")\nimport asyncio; await asyncio.sleep(100)'",
        "PYTHON, 'print(\"begun\", flush=True)\nimport subprocess; subprocess.run([\"sleep\", \"100\"])'",
        "NODE, 'console.log(\"begun\"); while (true);'",
        "NODE, 'console.log(\"begun\"); await new Promise(() => {})'",
    })
    void anInterruptEndsTheCallAndKeepsTheSession(Language language, String code) throws Exception {
        SessionFixture session = new SessionFixture(python.agent, language);
        session.run(language == Language.PYTHON ? "kept = 1" : "var kept = 1");
        Evaluation running = session.start(code);
        Await.until("it runs", () -> running.stdout().contains("begun"));
        running.interrupt();
        Evaluated ended = running.ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.INTERRUPTED);
        assertThat(ended.getSessionLost()).isFalse();
        assertThat(session.value("kept")).isEqualTo("1");
    }

    @Test
    void theTimeLimitInterrupts() throws Exception {
        python.run("import time; kept = 1");
        Evaluated ended = python.start(limited("time.sleep(100)")).ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.TIME_LIMIT);
        assertThat(ended.getSessionLost()).isFalse();
        Evaluated caught = python.start(limited("""
                try: time.sleep(100)
                except KeyboardInterrupt: raise ValueError
                """)).ended();
        assertThat(caught.getReason()).isEqualTo(Evaluated.Reason.TIME_LIMIT);
        assertThat(python.value("kept")).isEqualTo("1");
    }

    private dev.mulligan.proto.guest.v1.EvaluateStart.Builder limited(String code) {
        return python.code(code)
                .setLimits(ProcessLimits.newBuilder()
                        .setTime(com.google.protobuf.Duration.newBuilder().setSeconds(1)));
    }

    @Test
    void whoeverIgnoresTheInterruptIsKilledAndTheSessionIsLost() throws Exception {
        python.run("kept = 1");
        Evaluated ended = python.start(limited("import signal; signal.signal(2, signal.SIG_IGN)\nwhile True: pass"))
                .ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.TIME_LIMIT);
        assertThat(ended.getSessionLost()).isTrue();
        assertThat(ended.getMessage()).contains("5 s");
        Evaluated next = python.run("kept").ended();
        assertThat(next.getRestarted()).isTrue();
        assertThat(next.getError().getName()).isEqualTo("NameError");
    }

    @Test
    void aCallThatIsCancelledIsInterruptedAndTheNextOneWaitsForThat() throws Exception {
        Evaluation running = python.start("kept = 1\nprint('begun')\nimport time; time.sleep(100)");
        Await.until("it runs", () -> running.stdout().contains("begun"));
        running.cancel();
        assertThat(python.value("kept")).isEqualTo("1");
    }

    @Test
    void sessionsOutliveTheConnection() throws Exception {
        python.run("kept = 1");
        Evaluation running = python.start("print('begun')\nimport time; time.sleep(100)");
        Await.until("it runs", () -> running.stdout().contains("begun"));
        python.agent.reconnect();
        assertThat(python.value("kept")).isEqualTo("1");
    }

    @Test
    void aSessionThatDiesIsTold() throws Exception {
        Evaluation last = python.run("import os; print('last words', flush=True); os._exit(7)");
        assertThat(last.stdout()).isEqualTo("last words\n");
        assertThat(last.ended().getReason()).isEqualTo(Evaluated.Reason.DIED);
        assertThat(last.ended().getExitCode()).isEqualTo(7);
        assertThat(last.ended().getSessionLost()).isTrue();
        Evaluated again = python.run("import os, threading, time; 1").ended();
        assertThat(again.getFresh()).isTrue();
        assertThat(again.getRestarted()).isTrue();
        assertThat(python.run("1").ended().getFresh()).isFalse();
        // Between two calls.
        long pid = Long.parseLong(python.value("os.getpid()"));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Await.until(
                "it is dead",
                () -> Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z"));
        Evaluated afterwards = python.run("2").ended();
        assertThat(afterwards.getReason()).isEqualTo(Evaluated.Reason.DONE);
        assertThat(afterwards.getRestarted()).isTrue();
    }

    @Test
    void callsOfOneSessionRunOneAfterAnother() throws Exception {
        Evaluation first = python.start("print('begun')\nimport time; time.sleep(0.3); order = ['first']");
        Await.until("it runs", () -> first.stdout().contains("begun"));
        Evaluation second = python.start("order.append('second'); order");
        assertThat(first.ended().getReason()).isEqualTo(Evaluated.Reason.DONE);
        assertThat(second.value()).isEqualTo("['first', 'second']");
    }

    @Test
    void listsAndEnds() throws Exception {
        long pid = Long.parseLong(
                python.value("import os, subprocess; p = subprocess.Popen(['sleep', '1000']); os.getpid()"));
        long child = Long.parseLong(python.value("p.pid"));
        Session listed = python.agent
                .blockingSessions()
                .list(ListSessionsRequest.getDefaultInstance())
                .getSessions(0);
        assertThat(listed.getPid()).isEqualTo((int) pid);
        assertThat(listed.getName()).isEqualTo(python.session());
        assertThat(listed.getCalls()).isEqualTo(2);
        EndSessionRequest end = EndSessionRequest.newBuilder()
                .setLanguage(Language.PYTHON)
                .setUser(AgentUnderTest.SELF)
                .setName(python.session())
                .build();
        assertThat(python.agent.blockingSessions().end(end).getExisted()).isTrue();
        Await.until("all of it is gone", () -> !alive(pid) && !alive(child));
        assertThat(python.agent.blockingSessions().end(end).getExisted()).isFalse();
        assertThat(python.run("p").ended().getRestarted()).isFalse();
    }

    /** What has ended and waits to be reaped is not alive. */
    private static boolean alive(long pid) throws IOException {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z");
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"PYTHON, 'import sys; \"json\" in sys.modules', True", "NODE, 'typeof require(\"zlib\")', '''object'''"
    })
    void takesOverWhatWasPrepared(Language language, String code, String value) throws Exception {
        PrepareRequest prepare = PrepareRequest.newBuilder()
                .setLanguage(language)
                .setUser(AgentUnderTest.SELF)
                .addImports(language == Language.PYTHON ? "json" : "zlib")
                .addImports("no_such_module")
                .setCount(2)
                .build();
        assertThat(python.agent.blockingSessions().prepare(prepare).getFailedImports(0))
                .contains("no_such_module");
        assertThat(idle()).isEqualTo(2);
        SessionFixture session = new SessionFixture(python.agent, language);
        assertThat(session.value(code)).isEqualTo(value);
        assertThat(session.run("1").ended().getFresh()).isFalse();
        assertThat(idle()).isEqualTo(1);
        Evaluated named =
                session.run(language == Language.PYTHON ? "json" : "nothing").ended();
        assertThat(named.getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
        assertThat(python.agent
                        .blockingSessions()
                        .prepare(prepare.toBuilder().setCount(0).build())
                        .getFailedImportsList())
                .isEmpty();
        assertThat(idle()).isZero();
    }

    private int idle() {
        return python.agent
                .blockingSessions()
                .list(ListSessionsRequest.getDefaultInstance())
                .getIdle();
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
        assertThat(python.start(python.code("1").setSession("a b")).status().getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(python.start(python.code("1").setLanguage(Language.LANGUAGE_UNSPECIFIED))
                        .status()
                        .getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(python.start(python.code("1").setUser("nobody-at-all"))
                        .status()
                        .getDescription())
                .contains("nobody-at-all");
        assertThatThrownBy(() -> python.agent
                        .blockingSessions()
                        .prepare(PrepareRequest.newBuilder()
                                .setLanguage(Language.PYTHON)
                                .setUser(AgentUnderTest.SELF)
                                .setCount(9)
                                .build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("count: 9 (expected: 0 to 8)");
        Assertions.assertTrue(python.value("1").equals("1"));
    }
}
