package dev.mulligan.host.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.ChangeFacts.Kind;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * Random pairs of scopes: whatever is narrowed never allows what one of the two would not. {@code -Djqwik.tries.default=…}
 * tries more.
 */
final class NarrowingTest {
    private static final List<Condition> CONDITIONS = List.of(
            Condition.of("true"),
            Condition.of("tool == \"shell\""),
            Condition.of("tool != \"python\""),
            Condition.of("args.command.contains(\"rm\")"),
            Condition.of("args.path.startsWith(\"/etc\")"),
            Condition.of("args.arguments[0] == \"-r\""), // cannot be answered of most calls
            Condition.of("root"),
            Condition.of("time > duration(\"60s\")"),
            Condition.of("change.kind == \"delete\""),
            Condition.of("change.path.endsWith(\".key\")"),
            Condition.of("change.path.startsWith(\"/r/a/\")"),
            Condition.of("change.size > 100"));
    private static final ScopeName NAME = new ScopeName("base");

    @Property(edgeCases = EdgeCasesMode.NONE)
    void narrowedIsNeverWeakerAboutCalls(
            @ForAll("scopes") Scope left, @ForAll("scopes") Scope right, @ForAll("calls") CallFacts call) {
        ResolvedScope one = Scopes.resolved(left);
        ResolvedScope other = Scopes.resolved(right);
        ResolvedScope both = one.narrow(other);
        Decision decision = both.decide(call);
        assertAllAreSeen(decision.effect());
        // What a call may take is part of the question: where it asks for no time, the narrowed scope's is what it
        // gets.
        CallFacts same = new CallFacts(
                call.tool(),
                call.root(),
                call.time().or(() -> Optional.of(both.limits().time())),
                call.arguments());
        assertNotWeaker(decision.effect(), one.decide(same).effect());
        assertNotWeaker(decision.effect(), other.decide(same).effect());
        if (decision instanceof Decision.Allow allow) {
            assertWithin(allow.limits(), one.limits());
            assertWithin(allow.limits(), other.limits());
        }
    }

    /** Those of the sandbox and of whom it asks, too. */
    private static void assertWithin(ResolvedLimits narrowed, ResolvedLimits wide) {
        assertThat(narrowed.time()).isLessThanOrEqualTo(wide.time());
        assertThat(narrowed.memory()).isLessThanOrEqualTo(wide.memory());
        assertThat(narrowed.cpuMillis()).isLessThanOrEqualTo(wide.cpuMillis());
        assertThat(narrowed.output()).isLessThanOrEqualTo(wide.output());
        assertThat(narrowed.processes()).isLessThanOrEqualTo(wide.processes());
        for (Duration unsaid : List.of(Limits.DEFAULT_PATIENCE, Limits.DEFAULT_PATIENCE_FOR_CHANGES)) {
            assertThat(narrowed.patience().orElse(unsaid))
                    .isLessThanOrEqualTo(wide.patience().orElse(unsaid));
        }
        wide.disk()
                .ifPresent(most -> assertThat(narrowed.disk())
                        .hasValueSatisfying(disk -> assertThat(disk).isLessThanOrEqualTo(most)));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void narrowedIsNeverWeakerAboutChanges(
            @ForAll("scopes") Scope left, @ForAll("scopes") Scope right, @ForAll("changes") ChangeFacts change) {
        ResolvedScope one = Scopes.resolved(left);
        ResolvedScope other = Scopes.resolved(right);
        ResolvedScope both = one.narrow(other);
        Effect effect = both.decide(change).effect();
        assertNotWeaker(effect, one.decide(change).effect());
        assertAllAreSeen(effect);
        assertNotWeaker(effect, other.decide(change).effect());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void narrowedGrantsNoFolderThatOneOfTheTwoDoesNot(@ForAll("scopes") Scope left, @ForAll("scopes") Scope right) {
        ResolvedScope both = Scopes.resolved(left).narrow(Scopes.resolved(right));
        for (Folder folder : both.folders()) {
            assertThat(left.folders()).anyMatch(folder::isWithin);
            assertThat(right.folders()).anyMatch(folder::isWithin);
        }
        for (Folder folder : both.folders()) {
            assertThat(both.folders()).filteredOn(folder::overlaps).containsExactly(folder);
        }
        assertThat(both.root()).isEqualTo(left.root() && right.root());
        assertWithin(both.limits(), Scopes.resolved(left).limits());
        assertWithin(both.limits(), Scopes.resolved(right).limits());
        assertThat(both.narrow(both)).isEqualTo(both);
    }

    /** A task that starts a task that starts a task: whatever each asks for, and however large its sandbox is. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void handedOnItIsNeverMoreThanAnyBeforeIt(
            @ForAll("scopes") Scope first,
            @ForAll("scopes") Scope second,
            @ForAll("scopes") Scope third,
            @ForAll("calls") CallFacts call,
            @ForAll("changes") ChangeFacts change) {
        ResolvedScope one = Scopes.resolved(first);
        Optional<Scope> child = handedOn(one.handedOnBy(new TaskId("one")), second);
        Optional<Scope> grandchild = child.map(NarrowingTest::inALargerSandbox)
                .flatMap(two -> handedOn(two.handedOnBy(new TaskId("two")), third));
        assertSeen("handed on twice", grandchild.isPresent());
        if (grandchild.isEmpty()) {
            return;
        }
        ResolvedScope two = inALargerSandbox(child.orElseThrow());
        ResolvedScope three = inALargerSandbox(grandchild.get());
        CallFacts same = new CallFacts(
                call.tool(),
                call.root(),
                call.time().or(() -> Optional.of(three.limits().time())),
                call.arguments());
        for (ResolvedScope before : List.of(one, two)) {
            assertNotWeaker(three.decide(call).effect(), before.decide(same).effect());
            assertNotWeaker(three.decide(change).effect(), before.decide(change).effect());
            assertWithin(three.limits(), before.limits());
            assertThat(before.tools()).containsAll(three.tools());
            assertThat(before.root() || !three.root()).isTrue();
            assertThat(three.folders())
                    .allSatisfy(folder -> assertThat(before.folders()).anyMatch(folder::isWithin));
            assertThat(three.recording()).isGreaterThanOrEqualTo(before.recording());
        }
        assertAllAreSeen(three.decide(change).effect());
        assertThat(three.rulebooks()).extracting(Rulebook::origin).doesNotHaveDuplicates();
    }

    /** It is kept as it is asked for: read again it must be the same. Who asks for nothing gets all but root. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void whoAsksForNothingGetsWhatIsHandedOnButForRoot(@ForAll("scopes") Scope scope) {
        ResolvedScope from = Scopes.resolved(scope).handedOnBy(new TaskId("one"));
        HandedOn handed = Scope.NOTHING.handedOn(from, "task one", DataSize.ofGibibytes(1), 2);
        assertThat(handed.withheld()).isEmpty();
        assertThat(Scopes.resolved(handed.scope()))
                .isEqualTo(new ResolvedScope(
                        from.tools(),
                        false,
                        from.folders(),
                        from.limits(),
                        from.rulebooks(),
                        from.fallback(),
                        from.recording()));
    }

    /** Empty: nothing is left of a folder that it asks for. */
    private static Optional<Scope> handedOn(ResolvedScope from, Scope asked) {
        try {
            HandedOn handed = asked.handedOn(from, "task one", DataSize.ofGibibytes(2), 4);
            Scope given = handed.scope();
            assertThat(handed.withheld().stream().anyMatch(text -> text.startsWith("tools ")))
                    .isEqualTo(!given.tools().containsAll(asked.tools()));
            assertThat(handed.withheld().contains("root")).isEqualTo(asked.root() && !given.root());
            return Optional.of(given);
        } catch (HostException refused) {
            assertThat(refused.getMessage()).contains("folders would widen the scope of task one");
            return Optional.empty();
        }
    }

    private static ResolvedScope inALargerSandbox(Scope scope) {
        return scope.resolve(DataSize.ofGibibytes(2), 4);
    }

    /** What extends a scope is either refused or no wider than both it and the scope that it extends. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void extendingNarrowsOrIsRefused(
            @ForAll("scopes") Scope base,
            @ForAll("scopes") Scope own,
            @ForAll("calls") CallFacts call,
            @ForAll("changes") ChangeFacts change) {
        Scope extended;
        try {
            extended = own.extending(NAME, base);
        } catch (HostException refused) {
            assertThat(refused.getMessage()).contains("would widen the scope base");
            assertSeen("extended", false);
            return;
        }
        assertSeen("extended", true);
        ResolvedScope scope = Scopes.resolved(extended);
        CallFacts same = new CallFacts(
                call.tool(),
                call.root(),
                call.time().or(() -> Optional.of(scope.limits().time())),
                call.arguments());
        assertNotWeaker(
                scope.decide(call).effect(), Scopes.resolved(base).decide(same).effect());
        assertNotWeaker(
                scope.decide(change).effect(),
                Scopes.resolved(base).decide(change).effect());
        assertThat(extended.folders())
                .allSatisfy(folder -> assertThat(base.folders()).anyMatch(folder::isWithin));
    }

    /** A property that only ever saw denials would prove nothing. */
    private static void assertAllAreSeen(Effect effect) {
        Statistics.label("effect").collect(effect);
        for (Effect each : Effect.values()) {
            Statistics.label("effect")
                    .coverage(coverage -> coverage.check(each).percentage((Double share) -> {
                        assertThat(share).as("share of " + each).isGreaterThan(3.0);
                    }));
        }
    }

    private static void assertSeen(String what, boolean holds) {
        Statistics.label(what).collect(holds);
        Statistics.label(what)
                .coverage(coverage -> coverage.check(true).percentage((Double share) -> {
                    assertThat(share).as("share of " + what).isGreaterThan(5.0);
                }));
    }

    private static void assertNotWeaker(Effect narrowed, Effect wide) {
        assertThat(narrowed).isGreaterThanOrEqualTo(wide);
    }

    /** The first more often than all others. */
    @SafeVarargs
    @SuppressWarnings("varargs") // Only read.
    private static <T> Arbitrary<T> frequent(T often, T... others) {
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(often)), Tuple.of(1, Arbitraries.of(List.of(others))));
    }

    @Provide
    Arbitrary<Scope> scopes() {
        Arbitrary<Set<Tool>> tools = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(EnumSet.allOf(Tool.class))),
                Tuple.of(2, Arbitraries.of(Tool.values()).set().ofMinSize(2)),
                Tuple.of(1, Arbitraries.of(Tool.values()).set()));
        Arbitrary<List<Rule>> rules = Combinators.combine(
                        Arbitraries.of(CONDITIONS), frequent(Effect.ALLOW, Effect.values()))
                .as((condition, effect) -> new Rule(condition, effect, ""))
                .list()
                .ofMaxSize(3);
        Arbitrary<Limits> limits = Combinators.combine(
                        Arbitraries.of(Duration.ofSeconds(30), Duration.ofMinutes(5))
                                .optional(),
                        Arbitraries.of(DataSize.ofMebibytes(128), DataSize.ofMebibytes(512))
                                .optional(),
                        Arbitraries.of(OptionalInt.empty(), OptionalInt.of(500), OptionalInt.of(1500)),
                        Arbitraries.of(DataSize.ofMebibytes(1), DataSize.ofMebibytes(128))
                                .optional(0.2),
                        frequent(OptionalInt.empty(), OptionalInt.of(64), OptionalInt.of(512)),
                        Arbitraries.of(DataSize.ofGibibytes(2), DataSize.ofGibibytes(4))
                                .optional(0.2),
                        Arbitraries.of(Duration.ofMinutes(1), Duration.ofDays(2))
                                .optional(0.2))
                .as(Limits::new);
        return Combinators.combine(
                        tools,
                        frequent(true, true, false),
                        folders(),
                        limits,
                        rules,
                        frequent(ApplyMode.AUTO, ApplyMode.values()).optional(0.9),
                        Arbitraries.of(Effect.ASK, Effect.DENY).optional(),
                        Arbitraries.of(Recording.values()).optional())
                .as((some, root, folders, limit, list, apply, fallback, recording) -> new Scope(
                        Optional.empty(),
                        some.isEmpty() ? EnumSet.noneOf(Tool.class) : some,
                        root,
                        folders,
                        limit,
                        list,
                        apply,
                        fallback,
                        recording,
                        List.of()));
    }

    /** At most two, none in another: a folder, its parts, and one beside it. */
    private static Arbitrary<List<Folder>> folders() {
        Arbitrary<Folder> folder = Combinators.combine(
                        frequent("/r", "/r/a", "/r/a/b", "/r/ab", "/q"),
                        frequent("/w", "/w2", "/v"),
                        frequent(Access.WRITE, Access.values()),
                        frequent(List.<String>of(), List.of("*.log")))
                .as(Folder::new);
        Arbitrary<List<Folder>> random = folder.list()
                .ofMaxSize(2)
                .filter(list -> list.size() < 2 || !list.get(0).overlaps(list.get(1)));
        Folder usual = new Folder("/r", "/w", Access.WRITE, List.of());
        return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(List.of(usual))), Tuple.of(2, random));
    }

    @Provide
    Arbitrary<CallFacts> calls() {
        Arbitrary<CallArguments> arguments = Arbitraries.of(
                CallArguments.NONE,
                CallArguments.line("rm -r /"),
                CallArguments.line("ls"),
                CallArguments.program(List.of("-r", "x")),
                CallArguments.read("/etc/passwd"),
                CallArguments.code("print(1)", List.of(), "default"));
        Arbitrary<Optional<Duration>> time = frequent(
                Optional.empty(),
                Optional.of(Duration.ofMillis(1)),
                Optional.of(Duration.ofSeconds(10)),
                Optional.of(Duration.ofSeconds(90)),
                Optional.of(Duration.ofMinutes(11)));
        return Combinators.combine(Arbitraries.of(Tool.values()), frequent(false, true), time, arguments)
                .as(CallFacts::new);
    }

    @Provide
    Arbitrary<ChangeFacts> changes() {
        return Combinators.combine(
                        Arbitraries.of(Kind.values()),
                        frequent("/r/a/x.key", "/r/b.txt", "/r/a/b/c", "/q/y.key", "/rx/b.txt"),
                        Arbitraries.of(10, 1000))
                .as((kind, path, size) -> new ChangeFacts(kind, path, "", ChangeFacts.Type.FILE, size, 0644));
    }
}
