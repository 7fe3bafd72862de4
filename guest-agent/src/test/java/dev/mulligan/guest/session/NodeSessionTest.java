package dev.mulligan.guest.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Evaluation;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.Evaluated;
import dev.mulligan.proto.guest.v1.Language;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a Node.js session promises, kept by the real driver in a real interpreter. */
@Timeout(60)
@OneAgentPerProcess
final class NodeSessionTest {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static SessionFixture node;

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        node = new SessionFixture(AgentUnderTest.start(), Language.NODE);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @BeforeEach
    void inASessionOfItsOwn() {
        node.anotherSession();
    }

    @Test
    void keepsVariablesAndWorkingDirectory() throws Exception {
        node.run(
                "const a = 1; let b = 2; var c = 3; function f() { return a + b + c }; class K {}; process.chdir('/usr')");
        assertThat(node.value("f() + ' ' + process.cwd() + ' ' + typeof K")).isEqualTo("'6 /usr function'");
        assertThat(node.value("_.length")).isEqualTo("15");
    }

    @Test
    void letsConstLetAndClassBeDeclaredAnew() throws Exception {
        node.run("const a = 1; let b = 1; class C { one() {} }");
        assertThat(node.value("const a = 2; let b = 3; class C { two() {} }; [a, b, typeof C.prototype.two]"))
                .isEqualTo("[ 2, 3, 'function' ]");
    }

    @Test
    void nothingIsDeclaredBeforeTheFirstCall() throws Exception {
        assertThat(node.value("const fs = require('fs'), read = 1, source = 2, Script = 3, options = 4, driver = 5;"
                        + " [typeof fs.readFileSync, driver]"))
                .isEqualTo("[ 'function', 5 ]");
    }

    @Test
    void returnsTheLastExpressionLikeAPrompt() throws Exception {
        assertThat(node.value("1 + 1")).isEqualTo("2");
        assertThat(node.value("10n ** 20n")).isEqualTo("100000000000000000000n");
        assertThat(node.value("-0")).isEqualTo("-0");
        assertThat(node.value("Symbol('s')")).isEqualTo("Symbol(s)");
        assertThat(node.value("({ a: [1, 'x'] })")).isEqualTo("{ a: [ 1, 'x' ] }");
        assertThat(node.value("null")).isEqualTo("null");
        assertThat(node.run("undefined").ended().getResultsList()).isEmpty();
        assertThat(node.run("").ended().getReason()).isEqualTo(Evaluated.Reason.DONE);
    }

    @Test
    void awaitsAtTheTopLevel() throws Exception {
        assertThat(node.value("const late = await new Promise(done => setTimeout(() => done(7), 20)); late"))
                .isEqualTo("7");
        assertThat(node.value("late + await 1")).isEqualTo("8");
        assertThat(node.value("for await (const x of [Promise.resolve(3)]) { var got = x }; got"))
                .isEqualTo("3");
    }

    @Test
    void requiresAndImports() throws Exception {
        assertThat(node.value("const { join } = require('node:path'); join('a', 'b')"))
                .isEqualTo("'a/b'");
        assertThat(node.value("(await import('node:path')).join('a', 'c')")).isEqualTo("'a/c'");
        Files.writeString(directory.resolve("own.mjs"), "export const answer = 42;");
        Files.writeString(directory.resolve("own.cjs"), "module.exports = 43;");
        node.run("process.chdir('%s')".formatted(directory));
        assertThat(node.value("const own = await import('./own.mjs'); [own.answer, require('./own.cjs')]"))
                .isEqualTo("[ 42, 43 ]");
        // Only what is a call of import() is one.
        assertThat(node.value(
                        "[\"import('a')\", `${'x'} import('b')`, /import\\('c'\\)/.source, 6 / 2 / 1] // import('d')"))
                .isEqualTo("[ \"import('a')\", \"x import('b')\", \"import\\\\('c'\\\\)\", 3 ]");
        assertThat(node.value("`${(await import('node:path')).sep}`")).isEqualTo("'/'");
    }

    @Test
    void deliversAllOutputBeforeTheEnd() throws Exception {
        Evaluation printed = node.run("""
                console.log('one'); console.error('two');
                require('child_process').execFileSync('sh', ['-c', 'echo three'], { stdio: 'inherit' });
                process.stdout.write('no newline');
                """);
        assertThat(printed.stdout()).isEqualTo("one\nthree\nno newline");
        assertThat(printed.stderr()).isEqualTo("two\n");
        assertThat(node.run("process.stdout.write('x'.repeat(300_000)); 1").received())
                .isEqualTo(300_000);
    }

    @Test
    void passesArgumentsAndEnvironment() throws Exception {
        Evaluation evaluation = node.start(node.code("[process.argv.slice(2), process.env.GREETING]")
                .addArguments("a b")
                .addArguments("ü")
                .putEnvironment("GREETING", "höflich"));
        assertThat(evaluation.value()).isEqualTo("[ [ 'a b', 'ü' ], 'höflich' ]");
    }

    @Test
    void showsACleanTraceback() throws Exception {
        node.run("function broken(x) {\n  throw new RangeError('no ' + x);\n}");
        Evaluated ended = node.run("const y = 0;\nbroken(y)").ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.EXCEPTION);
        assertThat(ended.getError().getName()).isEqualTo("RangeError");
        assertThat(ended.getError().getMessage()).isEqualTo("no 0");
        assertThat(ended.getError().getTraceback())
                .contains("RangeError: no 0\n", "at broken (call-1.js:2:9)\n", "at call-2.js:2:1\n", "broken(y)\n")
                .doesNotContain("mulligan-driver", "inspector");
        assertThat(node.run("throw 'text'").ended().getError().getTraceback()).contains("Uncaught 'text'");
        Evaluated syntax = node.run("let q = (").ended();
        assertThat(syntax.getError().getName()).isEqualTo("SyntaxError");
        assertThat(syntax.getError().getTraceback()).contains("let q = (").doesNotContain("node:");
        Evaluated missing = node.run("require('fs').readFileSync('/nothing')").ended();
        assertThat(missing.getError().getTraceback()).contains("ENOENT", "at call-5.js:1:15");
    }

    @Test
    void exitEndsTheCallAndNotTheSession() throws Exception {
        Evaluated ended = node.run("var kept = 5; process.exit(3)").ended();
        assertThat(ended.getReason()).isEqualTo(Evaluated.Reason.EXIT);
        assertThat(ended.getExitCode()).isEqualTo(3);
        assertThat(ended.getSessionLost()).isFalse();
        Evaluated later = node.run("await new Promise(() => setTimeout(() => process.exit(4), 10))")
                .ended();
        assertThat(later.getExitCode()).isEqualTo(4);
        assertThat(node.value("kept")).isEqualTo("5");
    }

    @Test
    void returnsRichResults() throws Exception {
        Evaluation rich = node.run("""
                ({ _repr_html_() { return '<b>ä</b>' }, _repr_png_() { return Buffer.from([0x89, 0x50]) },
                   _repr_json_() { return { a: [1] } } })
                """);
        assertThat(rich.text(0, "text/html")).isEqualTo("<b>ä</b>");
        assertThat(rich.ended().getResults(0).getDataOrThrow("image/png").toByteArray())
                .isEqualTo(new byte[] {(byte) 0x89, 0x50});
        assertThat(rich.text(0, "application/json")).isEqualTo("{\"a\":[1]}");
        assertThat(rich.value()).contains("_repr_html_");
    }

    @Test
    void whatFailsInTheBackgroundIsToldAndHarmsNobody() throws Exception {
        Evaluation evaluation = node.run("""
                setTimeout(() => { throw new Error('thrown later') }, 5);
                Promise.reject(new Error('rejected'));
                await new Promise(done => setTimeout(done, 50)); 1
                """);
        assertThat(evaluation.value()).isEqualTo("1");
        assertThat(evaluation.stderr()).contains("Error: thrown later", "Error: rejected");
    }
}
