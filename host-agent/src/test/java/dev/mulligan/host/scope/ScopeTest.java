package dev.mulligan.host.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Someone who wants more than was granted. */
class ScopeTest {
    private static final DataSize MEMORY = DataSize.ofGibibytes(1);

    @Test
    void nothingIsAllowedByDefault() {
        for (Tool tool : Tool.values()) {
            assertDenied(Scope.NOTHING, call(tool), "scope.tools");
        }
    }

    @Test
    void onlyWhatIsListedIsAllowed() {
        for (Tool granted : Tool.values()) {
            Scope scope = scope(false, Limits.DEFAULT, granted);
            for (Tool asked : Tool.values()) {
                if (asked == granted) {
                    assertThat(decide(scope, call(asked))).isInstanceOf(Decision.Allow.class);
                } else {
                    assertDenied(scope, call(asked), "scope.tools");
                }
            }
        }
    }

    @Test
    void rootMustBeGranted() {
        CallFacts asRoot = new CallFacts(Tool.SHELL, true, Optional.empty());
        assertDenied(scope(false, Limits.DEFAULT, Tool.SHELL), asRoot, "scope.root");
        assertThat(decide(scope(true, Limits.DEFAULT, Tool.SHELL), asRoot)).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void rootDoesNotOpenAToolThatIsNotListed() {
        assertDenied(
                scope(true, Limits.DEFAULT, Tool.FILES),
                new CallFacts(Tool.SHELL, true, Optional.empty()),
                "scope.tools");
    }

    @Test
    void aCallMayAskForLessTimeButNeverForMore() {
        Scope scope = scope(false, time(Duration.ofSeconds(30)), Tool.SHELL);
        assertDenied(scope, call(Duration.ofSeconds(30).plusNanos(1)), "scope.limits.time");
        assertDenied(scope, call(Duration.ofDays(10_000)), "scope.limits.time");
        assertDenied(scope, call(Duration.ZERO), "scope.limits.time");
        assertDenied(scope, call(Duration.ofSeconds(-1)), "scope.limits.time");
        assertThat(decide(scope, call(Duration.ofSeconds(5))))
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.limits().time()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void theDefaultTimeIsABoundToo() {
        assertDenied(scope(false, Limits.DEFAULT, Tool.SHELL), call(Duration.ofMinutes(11)), "scope.limits.time");
    }

    @Test
    void defaultsAreFilledInFromTheSandbox() {
        assertThat(scope(false, Limits.DEFAULT, Tool.SHELL).resolve(MEMORY, 2).limits())
                .isEqualTo(new ResolvedLimits(Duration.ofMinutes(10), MEMORY, 2000, DataSize.ofMebibytes(64), 256));
    }

    @Test
    void limitsOutsideTheirRangesAreRefused() {
        List<Supplier<Limits>> attempts = List.of(
                () -> time(Duration.ofMillis(999)),
                () -> time(Duration.ofHours(24).plusNanos(1)),
                () -> time(Duration.ofSeconds(-1)),
                () -> limits(Optional.of(DataSize.ofMebibytes(16).bytes() - 1), -1, Optional.empty(), -1),
                () -> limits(Optional.empty(), 99, Optional.empty(), -1),
                () -> limits(Optional.empty(), -1, Optional.of(1023L), -1),
                () -> limits(Optional.empty(), -1, Optional.of((1L << 30) + 1), -1),
                () -> limits(Optional.empty(), -1, Optional.empty(), 0),
                () -> limits(Optional.empty(), -1, Optional.empty(), 32_769));
        for (Supplier<Limits> attempt : attempts) {
            assertThatThrownBy(attempt::get)
                    .asInstanceOf(type(HostException.class))
                    .returns(HostErrorCode.BAD_SCOPE, HostException::code)
                    .satisfies(refused -> assertThat(refused.expected()).isNotEmpty());
        }
    }

    @Test
    void noLimitIsLargerThanTheSandbox() {
        Scope tooMuchMemory =
                scope(false, limits(Optional.of(MEMORY.bytes() + 1), -1, Optional.empty(), -1), Tool.SHELL);
        assertThatThrownBy(() -> tooMuchMemory.resolve(MEMORY, 2))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.BAD_SCOPE, HostException::code);
        Scope tooManyProcessors = scope(false, limits(Optional.empty(), 2001, Optional.empty(), -1), Tool.SHELL);
        assertThatThrownBy(() -> tooManyProcessors.resolve(MEMORY, 2))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.BAD_SCOPE, HostException::code);
        assertThat(tooManyProcessors.resolve(MEMORY, 3).limits().cpuMillis()).isEqualTo(2001);
    }

    @Test
    void aScopeThatIsHandedOnCanOnlyNarrow() {
        ResolvedScope parent = scope(false, time(Duration.ofSeconds(30)), Tool.SHELL, Tool.FILES)
                .resolve(MEMORY, 2);
        ResolvedScope greedy =
                scope(true, time(Duration.ofHours(1)), Tool.SHELL, Tool.PYTHON).resolve(DataSize.ofGibibytes(8), 4);
        for (ResolvedScope narrowed : List.of(parent.narrow(greedy), greedy.narrow(parent))) {
            assertThat(narrowed.tools()).containsExactly(Tool.SHELL);
            assertThat(narrowed.root()).isFalse();
            assertThat(narrowed.limits().time()).isEqualTo(Duration.ofSeconds(30));
            assertThat(narrowed.limits().memory()).isEqualTo(MEMORY);
            assertThat(narrowed.limits().cpuMillis()).isEqualTo(2000);
        }
    }

    @Test
    void whoeverMadeTheScopeCannotWidenItAfterwards() {
        Set<Tool> tools = new HashSet<>(Set.of(Tool.FILES));
        Scope scope = new Scope(tools, false, Limits.DEFAULT);
        tools.add(Tool.SHELL);
        assertDenied(scope, call(Tool.SHELL), "scope.tools");
        assertThatThrownBy(() -> scope.tools().add(Tool.SHELL)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> scope.resolve(MEMORY, 2).tools().add(Tool.SHELL))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anUnknownToolIsNamed() {
        assertThat(Tool.ofLabel("python")).isEqualTo(Tool.PYTHON);
        for (String name : List.of("pyton", "PYTHON", "", "shell ")) {
            assertThatThrownBy(() -> Tool.ofLabel(name))
                    .asInstanceOf(type(HostException.class))
                    .returns(name, HostException::value)
                    .satisfies(unknown -> assertThat(unknown.expected()).contains("shell"));
        }
    }

    private static void assertDenied(Scope scope, CallFacts call, String rule) {
        assertThat(decide(scope, call)).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.rule()).isEqualTo(rule);
            assertThat(deny.verdict()).isEqualTo("deny");
        });
    }

    private static Decision decide(Scope scope, CallFacts call) {
        return scope.resolve(MEMORY, 2).decide(call);
    }

    private static Scope scope(boolean root, Limits limits, Tool... tools) {
        return new Scope(tools.length == 0 ? EnumSet.noneOf(Tool.class) : Set.of(tools), root, limits);
    }

    private static CallFacts call(Tool tool) {
        return new CallFacts(tool, false, Optional.empty());
    }

    private static CallFacts call(Duration time) {
        return new CallFacts(Tool.SHELL, false, Optional.of(time));
    }

    private static Limits time(Duration time) {
        return new Limits(
                Optional.of(time), Optional.empty(), OptionalInt.empty(), Optional.empty(), OptionalInt.empty());
    }

    /** Negative: not given. */
    private static Limits limits(Optional<Long> memory, int cpu, Optional<Long> output, int processes) {
        return new Limits(
                Optional.empty(),
                memory.map(DataSize::ofBytes),
                cpu < 0 ? OptionalInt.empty() : OptionalInt.of(cpu),
                output.map(DataSize::ofBytes),
                processes < 0 ? OptionalInt.empty() : OptionalInt.of(processes));
    }
}
