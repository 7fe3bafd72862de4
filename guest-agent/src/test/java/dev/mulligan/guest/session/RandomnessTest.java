package dev.mulligan.guest.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.process.ProcessTrees;
import dev.mulligan.proto.guest.v1.EvaluateStart;
import dev.mulligan.proto.guest.v1.Language;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;

/** Interpreters with one state, as clones have it, draw different random numbers once they have been told. */
@Timeout(60)
@OneAgentPerProcess
final class RandomnessTest {
    private static final String PYTHON_DRAWS = "import random\nrandom.random()";

    @Test
    void pythonsAreSeededAnew() throws Exception {
        assertThat(drawn(Language.PYTHON, "import random; random.seed(1)", PYTHON_DRAWS, false))
                .hasSize(1);
        assertThat(drawn(Language.PYTHON, "import random; random.seed(1)", PYTHON_DRAWS, true))
                .hasSize(3);
    }

    /** V8's generator has no seed that can be set, so its state is made equal by what stands in for it. */
    @Test
    void nodesDrawFromTheKernel() throws Exception {
        String same = """
                Math.random = () => 0.5;
                const crypto1 = require('crypto');
                for (const name of ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID']) {
                  globalThis['was_' + name] = crypto1[name];
                }
                var was_getRandomValues = crypto.getRandomValues;
                """;
        assertThat(drawn(Language.NODE, same, "Math.random()", false)).hasSize(1);
        assertThat(drawn(Language.NODE, same, "Math.random()", true)).hasSize(3);
        String replaced = """
                ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID']
                  .map(name => crypto1[name] !== globalThis['was_' + name])
                  .concat(crypto.getRandomValues !== was_getRandomValues).join()
                """;
        assertThat(drawn(Language.NODE, same, replaced, true)).containsExactly("'true,true,true,true,true'");
    }

    /** That it draws other numbers then is for clones to show: ClonesShareNothingIT. */
    @Test
    @EnabledOnOs(architectures = {"amd64", "x86_64"})
    void nodesOpenSslIsSeededByALibraryThatLoadsAndLeavesNothing() throws Exception {
        String watched = """
                const files = require('fs'), { unlinkSync } = files;
                var said = [];
                files.unlinkSync = (library) => {
                  try {
                    process.dlopen({ exports: {} }, library);
                  } catch (problem) {
                    said.push(problem.message.replace(/:[^]*/, ''));
                  }
                  unlinkSync(library);
                  said.push(files.existsSync(library), files.readFileSync('/proc/self/maps', 'utf8').includes(library));
                };
                """;
        String said = "require('crypto').generateKeyPairSync('ed25519'); said.join()";
        assertThat(drawn(Language.NODE, watched, said, false)).containsExactly("''");
        assertThat(drawn(Language.NODE, watched, said, true))
                .containsExactly("'Module did not self-register,false,false'");
    }

    @Test
    void whatStandsInForNodesFunctionsKeepsTheirContracts() throws Exception {
        String code = """
                const c = require('crypto'), assert = require('assert');
                const { randomUUID, randomInt: pick } = await import('node:crypto');
                assert.match(c.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
                assert.match(globalThis.crypto.randomUUID(), /^[0-9a-f-]{36}$/);
                assert.strictEqual(randomUUID, c.randomUUID);
                assert.strictEqual(c.randomBytes(33).length, 33);
                assert.strictEqual((await require('util').promisify(c.randomBytes)(5)).length, 5);
                assert.throws(() => c.randomBytes(-1), { code: 'ERR_OUT_OF_RANGE' });
                assert.throws(() => c.randomInt(5, 5), { code: 'ERR_OUT_OF_RANGE' });
                assert.throws(() => globalThis.crypto.getRandomValues(new Float64Array(2)), { name: 'TypeMismatchError' });
                const seen = new Set();
                for (let i = 0; i < 500; i++) { const n = pick(10, 14); assert(n >= 10 && n < 14); seen.add(n); }
                assert.strictEqual(seen.size, 4);
                const words = new Uint32Array(4);
                assert.strictEqual(c.randomFillSync(words, 1, 2), words);
                assert.strictEqual(words[0], 0); assert.strictEqual(words[3], 0);
                assert(words[1] !== 0 || words[2] !== 0);
                assert.strictEqual(globalThis.crypto.getRandomValues(words), words);
                assert(words.some(word => word !== 0));
                for (let i = 0; i < 1000; i++) { const r = Math.random(); assert(r >= 0 && r < 1); }
                'kept'
                """;
        assertThat(drawn(Language.NODE, "1", code, true)).containsExactly("'kept'");
    }

    /** What three interpreters say to the same code, after the same beginning. */
    private static Set<String> drawn(Language language, String beginning, String code, boolean resynchronised)
            throws Exception {
        Accounts accounts = new Accounts(Path.of("/etc"));
        ProcessTrees trees = ProcessTrees.find();
        InterpreterKind kind = InterpreterKind.of(language);
        List<Interpreter> clones = new ArrayList<>();
        Set<String> values = new HashSet<>();
        try {
            for (int clone = 0; clone < 3; clone++) {
                Interpreter interpreter = Interpreter.start(kind, AgentUnderTest.SELF, accounts, trees);
                clones.add(interpreter);
                evaluate(interpreter, spec(language, beginning, accounts));
            }
            for (Interpreter clone : clones) {
                if (resynchronised) {
                    clone.resynchronise();
                }
                values.add(evaluate(clone, spec(language, code, accounts)));
            }
        } finally {
            for (Interpreter clone : clones) {
                clone.bury((stream, data) -> {});
            }
        }
        return values;
    }

    private static String evaluate(Interpreter interpreter, EvaluateSpec spec) throws Exception {
        interpreter.evaluate(spec);
        Reply reply = interpreter.await((stream, data) -> {});
        assertThat(reply.error().getTraceback()).isEmpty();
        return reply.results().isEmpty()
                ? ""
                : reply.results().getFirst().getDataOrThrow("text/plain").toStringUtf8();
    }

    private static EvaluateSpec spec(Language language, String code, Accounts accounts) {
        return EvaluateSpec.of(
                EvaluateStart.newBuilder()
                        .setLanguage(language)
                        .setSession("x")
                        .setUser(AgentUnderTest.SELF)
                        .setCode(code)
                        .build(),
                accounts);
    }
}
