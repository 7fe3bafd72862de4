package dev.mulligan.guest.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Await;
import dev.mulligan.guest.Evaluation;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Language;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that means no good: its session may be lost, with a reason; nobody else notices. */
@Timeout(60)
@OneAgentPerProcess
final class HostileCodeTest {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static AgentUnderTest agent;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static SessionFixture neighbour;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private SessionFixture python;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private SessionFixture node;

    @BeforeAll
    static void start() throws Exception {
        agent = AgentUnderTest.start();
        neighbour = new SessionFixture(agent, Language.PYTHON);
        neighbour.run("kept = 1");
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(neighbour.value("kept")).isEqualTo("1");
        agent.close();
    }

    @BeforeEach
    void sessions() {
        python = new SessionFixture(agent, Language.PYTHON);
        node = new SessionFixture(agent, Language.NODE);
    }

    @Test
    void writingToEverySmallDescriptorMissesTheControlSocketOfPython() throws Exception {
        Evaluated ended = python.run("""
                import os
                for fd in range(3, 101):
                    try: os.write(fd, b'R' * 100)
                    except OSError: pass
                """).ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.DONE);
        assertThat(python.value("1")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"R\\xff\\xff\\xff\\xffxxxx", "garbage", "R\\0\\0\\0\\4\\0\\0\\0\\1", "R\\0\\0\\0\\1x", "E"})
    void garbageOnTheControlSocketEndsTheSessionAndNothingMore(String garbage) throws Exception {
        Evaluated ended = python.run("""
                import os
                for fd in os.listdir('/proc/self/fd'):
                    if os.path.realpath('/proc/self/fd/' + fd).count('socket:'): os.write(int(fd), b'%s')
                import time; time.sleep(30)
                """.formatted(garbage)).ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.GARBLED);
        assertThat(ended.getSessionLost()).isTrue();
        assertThat(ended.getMessage()).startsWith("control socket: ");
        assertThat(python.run("1").ended().getRestarted()).isTrue();
    }

    @Test
    void aForgedReplyEndsTheCallAndThenTheSession() throws Exception {
        String forged = "b'R' + (33).to_bytes(4, 'big') + (1).to_bytes(4, 'big') + bytes(29)";
        Evaluated ended = python.run("""
                import os
                for fd in os.listdir('/proc/self/fd'):
                    if os.path.realpath('/proc/self/fd/' + fd).count('socket:'): os.write(int(fd), %s)
                import time; time.sleep(0.5)
                """.formatted(forged)).ended();
        assertThat(ended.getReason()).isIn(Evaluated.Reason.DONE, Evaluated.Reason.GARBLED);
        Thread.sleep(600);
        Evaluated next = python.run("2").ended();
        if (next.getReason() == Evaluated.Reason.GARBLED) {
            // The true reply came late, and into this call.
            next = python.run("2").ended();
        }
        assertThat(next.getReason()).isEqualTo(Evaluated.Reason.DONE);
        assertThat(next.getRestarted()).isTrue();
    }

    @Test
    void garbageOfNodeEndsTheSessionAndNothingMore() throws Exception {
        Evaluated ended = node.run("""
                for (let fd = 3; fd < 100; fd++) { try { require('fs').writeSync(fd, 'garbage') } catch {} }
                while (true);
                """).ended();
        assertThat(ended.getReason()).isIn(Evaluated.Reason.GARBLED, Evaluated.Reason.DIED);
        assertThat(ended.getSessionLost()).isTrue();
        assertThat(node.value("1")).isEqualTo("1");
    }

    @Test
    void closedDescriptorsAreNoReasonToHang() throws Exception {
        Evaluated outputs =
                python.run("import os; os.close(1); os.close(2); os.close(0)").ended();
        assertThat(outputs.getReason()).isEqualTo(Evaluated.Reason.DONE);
        assertThat(python.value("5")).isEqualTo("5");
        Evaluated all = python.run("os.closerange(0, 65536); import time; time.sleep(30)")
                .ended();
        assertThat(all.getReason()).isEqualTo(Evaluated.Reason.DIED);
        assertThat(all.getSessionLost()).isTrue();
        assertThat(python.value("6")).isEqualTo("6");
    }

    @Test
    void endlessOutputIsHeldBackAndInterrupted() throws Exception {
        Evaluation endless = python.start("while True: print('x' * 1000)");
        Await.until("a lot came", () -> endless.received() > 4_000_000);
        endless.interrupt();
        assertThat(endless.ended().getReason()).isEqualTo(Evaluated.Reason.INTERRUPTED);
        assertThat(python.value("1")).isEqualTo("1");
        Evaluation loud = node.start("while (true) console.log('x'.repeat(1000))");
        Await.until("a lot came", () -> loud.received() > 4_000_000);
        loud.cancel();
        assertThat(node.value("1")).isEqualTo("1");
    }

    @Test
    void aResultThatIsTooLongIsReplacedByANote() throws Exception {
        assertThat(python.value("'x' * 100_000_000"))
                .isEqualTo("[text/plain: 100000002 bytes (expected: at most 8388608 for all results of a call)]");
        assertThat(python.value("class Html:\n  def _repr_html_(self): return 'x' * 9_000_000\nHtml()"))
                .contains("Html");
        assertThat(python.value("'x' * 8_000_000").length()).isEqualTo(8_000_002);
        assertThat(
                        node.value(
                                "({ _repr_html_() { return 'x'.repeat(9e6) }, [Symbol.for('nodejs.util.inspect.custom')]() { return 'y'.repeat(9e6) } })"))
                .contains("9000000 bytes");
    }

    @Test
    void anExceptionWithoutMeasureIsCut() throws Exception {
        Evaluated ended = python.run("raise ValueError('x' * 50_000_000)").ended();
        assertThat(ended.getError().getMessage()).hasSizeLessThan(70_000).contains("bytes left out");
        assertThat(ended.getError().getTraceback()).hasSizeLessThan(300_000);
        Evaluated nameless =
                python.run("raise type('E' * 10_000, (Exception,), {})").ended();
        assertThat(nameless.getError().getName()).hasSizeLessThan(300);
    }

    @Test
    void whatFailsWhileItIsShownIsAnException() throws Exception {
        Evaluated ended = python.run("class Bad:\n    def __repr__(self): raise RuntimeError('never')\nBad()")
                .ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
        assertThat(ended.getError().getTraceback()).contains("line 2, in __repr__", "RuntimeError: never");
        Evaluated worse = python.run("""
                class Worse(Exception):
                    def __str__(self): raise SystemExit(9)
                raise Worse
                """).ended();
        assertThat(worse.getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
        Evaluated inspected = node.run(
                        "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('never') } })")
                .ended();
        assertThat(inspected.getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
        assertThat(node.value("new Proxy({}, { get() { throw 1 } })")).isNotEmpty();
    }

    @Test
    void aReplacedStdoutIsTheUsersOwnAffair() throws Exception {
        assertThat(python.run("import sys, io; sys.stdout = io.StringIO(); print('swallowed'); 1")
                        .value())
                .isEqualTo("1");
        assertThat(python.run("sys.stdout = None; sys.stderr = 5; 2").value()).isEqualTo("2");
        assertThat(python.run("import os; os.write(1, b'raw') and None").stdout())
                .isEqualTo("raw");
        assertThat(python.run("1/0").ended().getError().getName()).isEqualTo("ZeroDivisionError");
    }

    @Test
    void recursionAndStrangeTextAreSurvived() throws Exception {
        Evaluated deep = python.run("def f(): f()\nf()").ended();
        assertThat(deep.getError().getName()).isEqualTo("RecursionError");
        assertThat(python.run("'\\udcff'").value()).isEqualTo("'\\udcff'");
        assertThat(python.run("raise ValueError('\\ud800')").ended().getError().getMessage())
                .isEqualTo("\\ud800");
        Evaluated deepNode = node.run("function f() { f() }; f()").ended();
        assertThat(deepNode.getError().getName()).isEqualTo("RangeError");
        assertThat(node.run("'\\ud800'").value()).isEqualToIgnoringCase("'\\uD800'");
        assertThat(python.run("print('a\\0b')").stdout()).isEqualTo("a\0b\n");
        assertThat(python.run("a = 1\0").ended().getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
    }

    @Test
    void aForkThatReturnsIsNoSecondSession() throws Exception {
        Evaluation forked = python.run("""
                import os
                child = os.fork()
                if child == 0:
                    print('in the child', flush=True)
                else:
                    status = os.waitpid(child, 0)[1]
                (child != 0, status if child else None)
                """);
        assertThat(forked.value()).isEqualTo("(True, 0)");
        assertThat(forked.stdout()).isEqualTo("in the child\n");
        Evaluation failing = python.run("""
                child = os.fork()
                if child == 0: raise ValueError('in the child')
                os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                """);
        assertThat(failing.value()).isEqualTo("1");
        assertThat(failing.stderr()).contains("ValueError: in the child");
        assertThat(python.value("1")).isEqualTo("1");
    }

    @Test
    void damagedBuiltinsCostTheSessionAndNothingMore() throws Exception {
        python.run("import builtins, os\nbuiltins.compile = None; builtins.eval = None; os.write = None");
        Evaluated next = python.run("1").ended();
        assertThat(next.getReason()).isIn(Evaluated.Reason.DIED, Evaluated.Reason.EXCEPTION, Evaluated.Reason.DONE);
        Evaluated node1 = node.run("Buffer = null; globalThis.process = null; Map = null; 1")
                .ended();
        assertThat(node1.getReason()).isNotEqualTo(Evaluated.Reason.REASON_UNSPECIFIED);
    }
}
