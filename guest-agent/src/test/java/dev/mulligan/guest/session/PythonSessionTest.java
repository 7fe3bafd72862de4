package dev.mulligan.guest.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Evaluation;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Language;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a Python session promises, kept by the real driver in a real interpreter. */
@Timeout(60)
@OneAgentPerProcess
final class PythonSessionTest {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static SessionFixture python;

    @BeforeAll
    static void start() throws Exception {
        python = new SessionFixture(AgentUnderTest.start(), Language.PYTHON);
    }

    @AfterAll
    static void stop() throws Exception {
        python.close();
    }

    @Test
    void keepsVariablesImportsAndWorkingDirectory() throws Exception {
        assertThat(python.run("import os, math; x = 20; os.chdir('/usr')")
                        .ended()
                        .getReason())
                .isEqualTo(Evaluated.Reason.DONE);
        assertThat(python.value("(x + 1, math.floor(2.5), os.getcwd())")).isEqualTo("(21, 2, '/usr')");
        assertThat(python.value("_[0]")).isEqualTo("21");
    }

    @Test
    void sessionsDoNotShareAnything() throws Exception {
        python.run("mine = 1");
        python.anotherSession();
        Evaluation other = python.run("mine");
        assertThat(other.ended().getFresh()).isTrue();
        assertThat(other.ended().getError().getName()).isEqualTo("NameError");
    }

    @Test
    void aFreshInterpreterIsGoneAfterItsCall() throws Exception {
        Evaluation fresh = python.start(python.code("import os; os.getpid()").setSession(""));
        assertThat(fresh.ended().getFresh()).isTrue();
        assertThat(ProcessHandle.of(Long.parseLong(fresh.value()))).isEmpty();
        assertThat(fresh.ended().getSessionLost()).isFalse();
    }

    @Test
    void returnsTheLastExpressionLikeAPrompt() throws Exception {
        assertThat(python.value("1 + 1")).isEqualTo("2");
        assertThat(python.value("x = 1\nx + 4")).isEqualTo("5");
        assertThat(python.run("x = 1").ended().getResultsList()).isEmpty();
        assertThat(python.run("None").ended().getResultsList()).isEmpty();
        assertThat(python.run("").ended().getReason()).isEqualTo(Evaluated.Reason.DONE);
        assertThat(python.value("'ä\\ud800'")).isEqualTo("'ä\\ud800'");
    }

    @Test
    void deliversAllOutputBeforeTheEnd() throws Exception {
        Evaluation printed = python.run("""
                import subprocess, sys, os
                print('one'); print('two', file=sys.stderr)
                subprocess.run(['sh', '-c', 'echo three; echo four >&2'])
                os.write(1, b'f\\xffive'); print('no newline', end='')
                """);
        assertThat(printed.stdoutBytes())
                .isEqualTo("one\nthree\nf\u00ffiveno newline".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(printed.stderr()).isEqualTo("two\nfour\n");
        for (int round = 0; round < 20; round++) {
            assertThat(python.run("print('x' * 200_000, end='')").received()).isEqualTo(200_000);
        }
    }

    @Test
    void outputBetweenCallsComesWithTheNext() throws Exception {
        python.run("""
                import threading, time
                done = threading.Event()
                threading.Thread(target=lambda: (time.sleep(2), print('late'), done.set())).start()
                """);
        assertThat(python.run("done.wait()").stdout()).isEqualTo("late\n");
    }

    @Test
    void passesArgumentsAndEnvironment() throws Exception {
        Evaluation evaluation = python.start(python.code("import sys, os; (sys.argv[1:], os.environ['GREETING'])")
                .addArguments("a b")
                .addArguments("ü")
                .putEnvironment("GREETING", "höflich"));
        assertThat(evaluation.value()).isEqualTo("(['a b', 'ü'], 'höflich')");
    }

    @Test
    void showsACleanTraceback() throws Exception {
        python.anotherSession();
        python.run("def broken(x):\n    return 1 / x");
        Evaluated ended = python.run("y = 0\nbroken(y)").ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
        assertThat(ended.getExitCode()).isEqualTo(1);
        assertThat(ended.getError().getName()).isEqualTo("ZeroDivisionError");
        assertThat(ended.getError().getMessage()).isEqualTo("division by zero");
        assertThat(ended.getError().getTraceback())
                .startsWith("Traceback (most recent call last):\n  File \"<call 2>\", line 2, in <module>\n")
                .contains("    broken(y)\n", "  File \"<call 1>\", line 2, in broken\n", "    return 1 / x\n")
                .doesNotContain("mulligan", "driver");
        assertThat(python.run("1 +").ended().getError().getTraceback())
                .startsWith("  File \"<call 3>\", line 1\n    1 +\n")
                .contains("SyntaxError");
        assertThat(python.value("'still there'")).isEqualTo("'still there'");
    }

    @Test
    void awaitsAtTheTopLevel() throws Exception {
        assertThat(python.value("import asyncio\nawait asyncio.sleep(0.01)\n7")).isEqualTo("7");
        assertThat(python.value("await asyncio.sleep(0.01, 'value')")).isEqualTo("'value'");
        assertThat(python.value("queue = asyncio.Queue(); await queue.put(1); await queue.get()"))
                .isEqualTo("1");
        assertThat(python.value("asyncio.run(asyncio.sleep(0, 3))")).isEqualTo("3");
        Evaluated failed = python.run("async def bad():\n  raise ValueError('no')\nawait bad()")
                .ended();
        assertThat(failed.getError().getTraceback()).contains("ValueError: no").doesNotContain("asyncio/");
    }

    @Test
    void futuresHoldForLaterCalls() throws Exception {
        python.anotherSession();
        python.run("from __future__ import annotations");
        assertThat(python.value("def f(x: unknown): pass\nf.__annotations__['x']"))
                .isEqualTo("'unknown'");
    }

    @Test
    void exitEndsTheCallAndNotTheSession() throws Exception {
        Evaluated ended = python.run("kept = 5\nimport sys\nsys.exit(3)").ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.EXIT);
        assertThat(ended.getExitCode()).isEqualTo(3);
        assertThat(ended.getSessionLost()).isFalse();
        Evaluation said = python.run("sys.exit('why')");
        assertThat(said.ended().getExitCode()).isEqualTo(1);
        assertThat(said.stderr()).isEqualTo("why\n");
        assertThat(python.value("kept")).isEqualTo("5");
    }

    @Test
    void returnsRichResults() throws Exception {
        Evaluation rich = python.run("""
                class Rich:
                    def __repr__(self): return 'plain'
                    def _repr_html_(self): return '<b>ä</b>'
                    def _repr_png_(self): return b'\\x89PNG'
                    def _repr_svg_(self): return '<svg/>'
                    def _repr_json_(self): return {'a': [1]}
                Rich()
                """);
        assertThat(rich.value()).isEqualTo("plain");
        assertThat(rich.text(0, "text/html")).isEqualTo("<b>ä</b>");
        assertThat(rich.ended().getResults(0).getDataOrThrow("image/png").toByteArray())
                .isEqualTo(new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        assertThat(rich.text(0, "image/svg+xml")).isEqualTo("<svg/>");
        assertThat(rich.text(0, "application/json")).isEqualTo("{\"a\": [1]}");
        assertThat(python.run("Rich").ended().getResults(0).getDataMap()).containsOnlyKeys("text/plain");
        Evaluation bundle = python.run("""
                class Bundle:
                    def _repr_mimebundle_(self, include=None, exclude=None):
                        return {'text/plain': 'p', 'application/vnd.plot+json': {'x': 1}}, {}
                    def _repr_html_(self): raise RuntimeError('left out')
                Bundle()
                """);
        assertThat(bundle.text(0, "application/vnd.plot+json")).isEqualTo("{\"x\": 1}");
        assertThat(bundle.ended().getResults(0).getDataMap()).doesNotContainKey("text/html");
    }

    @Test
    void figuresThatAreOpenAtTheEndComeAsPictures() throws Exception {
        python.anotherSession();
        // Matplotlib as far as the driver knows it; the real one is tried by DataImageIT.
        Evaluation drawn = python.run("""
                import sys, types
                figures = types.ModuleType('matplotlib.figure')
                class Figure:
                    def __init__(self, text): self.text = text
                    def savefig(self, file, format, bbox_inches): file.write(self.text)
                figures.Figure = Figure
                plots = types.ModuleType('matplotlib.pyplot')
                plots.all = {1: Figure(b'first'), 2: Figure(b'second')}
                plots.get_fignums = lambda: list(plots.all)
                plots.figure = lambda number: plots.all[number]
                plots.close = lambda which: plots.all.clear()
                sys.modules.update({'matplotlib.figure': figures, 'matplotlib.pyplot': plots})
                plots.all[2]
                """);
        assertThat(drawn.text(0, "image/png")).isEqualTo("second");
        assertThat(drawn.text(1, "image/png")).isEqualTo("first");
        assertThat(drawn.ended().getResultsCount()).isEqualTo(2);
        assertThat(python.run("None").ended().getResultsList()).isEmpty();
    }

    @Test
    void inspectAndPickleWorkAsInAProgram() throws Exception {
        assertThat(python.value("""
                import inspect, pickle
                class Point: pass
                def f():
                    return 'source'
                (type(pickle.loads(pickle.dumps(Point()))).__name__, inspect.getsource(f), __name__)
                """)).isEqualTo("('Point', \"def f():\\n    return 'source'\\n\", '__main__')");
    }
}
