package dev.mulligan.host.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found out about a condition before it is ever asked, and what becomes of one that cannot be answered. */
final class ConditionTest {
    /** 1 MiB of code, as much as a person could want to look through. */
    private static final String LARGE = "x".repeat(1 << 20);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "args.comand == \"x\" | undefined field 'comand' at character 5 | did you mean 'command'?",
                "change.pth == \"x\" | undefined field 'pth' at character 7 | did you mean 'path'?",
                "tool == | at character | ",
                "tool | expected type 'bool' but found 'string' at character 1 | ",
                "tool == 1 | no matching overload | ",
                "chnge.path == \"x\" | undeclared reference to 'chnge' | ",
                "args.command.matches(\"(\") | at character | ",
                "time > duration(\"5 minutes\") | at character | ",
                "tool == \"sell\" | tool is never \"sell\" at character 9 | did you mean 'shell'?",
                "\"sell\" != tool | tool is never \"sell\" at character 1 | did you mean 'shell'?",
                "tool in [\"shell\", \"bash\"] | tool is never \"bash\" | ",
                "change.kind == \"deleted\" | change.kind is never \"deleted\" | did you mean 'delete'?",
                "args.operation == \"mkdir\" | args.operation is never \"mkdir\" | ",
                "change.type == \"dir\" | change.type is never \"dir\" | ",
                "tool == \"shell\" && change.size > 1 | which never meet | write two rules"
            })
    void mistakesAreFoundWhenItIsLoaded(String source, String problem, String remedy) {
        assertThatThrownBy(() -> Condition.of(source))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.BAD_SCOPE, HostException::code)
                .returns(source, HostException::value)
                .satisfies(bad -> assertThat(bad.getMessage()).contains(problem))
                .satisfies(bad -> assertThat(bad.expected()).isNotEmpty())
                .satisfies(bad -> assertThat(bad.remedy()).isEqualTo(remedy == null ? "" : remedy));
    }

    @Test
    void placesInSeveralLinesAreNamedByLine() {
        assertThatThrownBy(() -> Condition.of("tool == \"shell\" &&\n  args.comand == \"x\""))
                .hasMessageContaining("line 2, character 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n"})
    void nothingIsNoCondition(String source) {
        assertThatThrownBy(() -> Condition.of(source)).isInstanceOf(HostException.class);
    }

    @Test
    void lengthIsBounded() {
        assertThatThrownBy(() -> Condition.of("true" + " || true".repeat(250))).hasMessageContaining("2004");
        assertThat(Condition.of("true" + " || true".repeat(200)).isAsked(Phase.CALL))
                .isTrue();
    }

    @Test
    void itsVariablesSayWhenItIsAsked() {
        assertPhases("tool == \"shell\"", true, false);
        assertPhases("args.arguments.exists(word, word == \"-r\")", true, false);
        assertPhases("root || time > duration(\"60s\")", true, false);
        assertPhases("change.path.startsWith(\"a\")", false, true);
        assertPhases("true", true, true);
    }

    private static void assertPhases(String source, boolean call, boolean change) {
        assertThat(Condition.of(source).isAsked(Phase.CALL)).as(source).isEqualTo(call);
        assertThat(Condition.of(source).isAsked(Phase.CHANGE)).as(source).isEqualTo(change);
    }

    @Test
    void readingAMegabyteIsWithinItsLimit() {
        assertThat(test("args.code.contains(\"secret\")", LARGE)).isEqualTo(new Condition.Answer.Known(false));
        assertThat(test("args.code.matches(\"a+b\") || args.code.contains(\"xx\")", LARGE))
                .isEqualTo(new Condition.Answer.Known(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // 10,000 arguments, each compared with each.
                "args.arguments.exists(a, args.arguments.exists(b, a + b == \"never\"))",
                "args.arguments.all(a, args.arguments.all(b, args.arguments.all(c, a != b + c)))",
                // 1 MiB, ten times.
                "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].exists(n, args.code.matches(\"a+b\"))",
                "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].exists(n, (args.code + args.code).size() == n)"
            })
    void oneThatRunsAwayIsStopped(String source) {
        assertThat(test(source, LARGE))
                .asInstanceOf(type(Condition.Answer.Failed.class))
                .satisfies(failed -> assertThat(failed.reason()).contains("costs more than the limit"));
    }

    @Test
    void oneThatSwallowsItsFailureRunsIntoTheLimitAllTheSame() {
        assertThat(test("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].exists(n, args.code.matches(\"a+b\")) || true", LARGE))
                .isInstanceOf(Condition.Answer.Failed.class);
    }

    @Test
    void oneThatCannotBeAnsweredSaysWhy() {
        assertThat(test("args.arguments[20000] == \"x\"", ""))
                .asInstanceOf(type(Condition.Answer.Failed.class))
                .satisfies(failed -> assertThat(failed.reason()).contains("20000"));
    }

    @Test
    void oneThatWasKeptAndCanNoLongerBeReadFails() {
        Condition kept = Condition.kept("args.gone == \"x\"");
        assertThat(kept.isAsked(Phase.CHANGE)).isTrue();
        assertThat(kept.test(facts(""))).isInstanceOf(Condition.Answer.Failed.class);
    }

    private static Condition.Answer test(String source, String code) {
        return Condition.of(source).test(facts(code));
    }

    private static Map<String, Object> facts(String code) {
        return Map.of(
                "args",
                CallArguments.code(code, Collections.nCopies(10_000, "an argument"), "default")
                        .message());
    }
}
