package dev.mulligan.vm.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.vm.Await;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.GuestFactory;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.VmState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pool by itself, on a host whose memory and clock are set by hand. */
@Timeout(60)
final class WarmPoolTest {
    private static final VmSpec SHAPE = Specs.any(new VmId("shape"));
    private static final DataSize ONE = DataSize.ofMebibytes(100);
    private static final DataSize RESERVE = DataSize.ofMebibytes(1000);
    private static final Duration BURST = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final int MOST = 4;
    private static final int ALL = 6;

    private final InMemoryVmManager manager;
    private final AtomicInteger names = new AtomicInteger();
    private final Nurse nurse = new Nurse();
    private final List<Vm> taken = new ArrayList<>();
    private volatile Instant now = Instant.parse("2026-05-04T03:02:01Z");
    private volatile Supplier<DataSize> available = () -> DataSize.ofGibibytes(8);
    private final WarmPool pool;

    WarmPoolTest(@TempDir Path directory) {
        manager = new InMemoryVmManager(directory, GuestFactory.silent());
        pool = new WarmPool(
                manager,
                nurse,
                () -> new VmId("pool-" + names.incrementAndGet()),
                new PoolLimits(MOST, ALL, RESERVE, ONE, BURST, IDLE, QUIET),
                () -> available.get(),
                () -> now);
    }

    /** Cares for the machines, or refuses to. */
    private final class Nurse implements WarmPool.Care {
        final Set<String> refused = ConcurrentHashMap.newKeySet();
        final List<VmId> givenUp = new CopyOnWriteArrayList<>();
        final List<Priority> ranks = new CopyOnWriteArrayList<>();
        final CountDownLatch endless = new CountDownLatch(1);
        volatile boolean stubborn;
        volatile boolean waits;
        volatile Duration takes = Duration.ZERO;

        @Override
        public void prepare(Vm vm) {
            ranks.add(manager.priority(vm.id()));
            now = now.plus(takes);
            if (waits) {
                try {
                    endless.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted", interrupted);
                }
            }
            if (refused.contains(vm.spec().metadata().get(WarmPool.MARK))) {
                throw new IllegalStateException("it does not answer");
            }
        }

        @Override
        public void giveUp(VmId id) {
            givenUp.add(id);
            if (stubborn) {
                throw new IllegalStateException("it does not let go");
            }
        }
    }

    @AfterEach
    void leavesNothing() {
        pool.close();
        assertThat(pool.states()).isEmpty();
        taken.forEach(Vm::delete);
        assertThat(manager.list()).isEmpty();
        assertThat(manager.leftovers()).isEmpty();
        manager.close();
    }

    private Template template(String content) {
        return manager.templates().prepare(SHAPE, content, (port, log) -> {});
    }

    private void pass(Duration time) {
        now = now.plus(time);
        pool.look();
    }

    private int take(Template template, int machines) {
        int got = 0;
        for (int count = 0; count < machines; count++) {
            Optional<Vm> vm = pool.acquire(template, SHAPE);
            vm.ifPresent(taken::add);
            got += vm.isPresent() ? 1 : 0;
        }
        return got;
    }

    private WarmPool.State state(Template template) {
        return pool.states().stream()
                .filter(state -> state.template().equals(template.id()))
                .findFirst()
                .orElseThrow();
    }

    private int ready(Template template) {
        return state(template).ready();
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            pool.look();
            return condition.getAsBoolean();
        });
    }

    private void awaitReady(Template template, int machines) {
        await(machines + " stand ready", () -> ready(template) == machines);
    }

    /** Time for several looks, each of which would do one thing. */
    private void settle() throws InterruptedException {
        for (int count = 0; count < 10; count++) {
            pool.look();
            Thread.sleep(5);
        }
    }

    /** Taken once, so that one stands ready; then by so many at once. */
    private Template learned(String content, int machines) {
        Template template = template(content);
        pool.keep(template, SHAPE, Optional.empty());
        take(template, machines);
        pass(QUIET);
        awaitReady(template, machines);
        return template;
    }

    @Test
    void itLearnsHowManyAreTakenAtOnceUpToItsBound() throws InterruptedException {
        Template template = template("image");
        assertThat(take(template, 1)).isZero();
        settle();
        assertThat(ready(template)).as("not while machines are being taken").isZero();
        pass(QUIET);
        awaitReady(template, 1);
        assertThat(take(template, 3)).isEqualTo(1);
        pass(QUIET);
        awaitReady(template, 4);
        assertThat(taken).allMatch(vm -> vm.state() == VmState.PAUSED);
        pass(BURST.plusSeconds(1));
        assertThat(take(template, 9)).isEqualTo(4);
        pass(QUIET);
        awaitReady(template, MOST);
        settle();
        assertThat(state(template)).isEqualTo(new WarmPool.State(template.id(), MOST, MOST, 5, 8, 0));
    }

    @Test
    void itForgetsThatManyWereTakenWhenFewAre() {
        Template template = learned("image", 4);
        for (int count = 0; count < 2; count++) {
            pass(IDLE.dividedBy(3));
            assertThat(take(template, 1)).isEqualTo(1);
            pass(QUIET);
            awaitReady(template, 4);
        }
        pass(IDLE.dividedBy(3));
        awaitReady(template, 1);
        assertThat(state(template).wanted()).isEqualTo(1);
    }

    @Test
    void itIsEmptiedWhenNobodyTakesAnyForLongAndFilledWhenSomebodyDoes() throws InterruptedException {
        Template template = learned("image", 2);
        pass(IDLE.minusSeconds(1));
        settle();
        assertThat(ready(template)).isEqualTo(2);
        pass(Duration.ofSeconds(2));
        awaitReady(template, 0);
        await("both are given up", () -> manager.list().size() == taken.size());
        assertThat(nurse.givenUp).hasSize(2);
        assertThat(take(template, 1)).isZero();
        pass(QUIET);
        awaitReady(template, 1);
        assertThat(state(template).missed()).as("it is the same kind as before").isEqualTo(3);
    }

    @Test
    void itShrinksUnderPressureAndGrowsAgainAfterwards() throws InterruptedException {
        Template template = learned("image", 3);
        available = () -> RESERVE.plus(DataSize.ofMebibytes(1));
        settle();
        assertThat(ready(template)).as("the reserve is there").isEqualTo(3);
        available = () -> DataSize.ofMebibytes(999);
        awaitReady(template, 0);
        await("all are given up", () -> manager.list().size() == taken.size());
        available = () -> RESERVE.plus(ONE);
        settle();
        assertThat(ready(template)).as("a machine would leave next to nothing").isZero();
        available = () -> RESERVE.plus(ONE).plus(ONE);
        awaitReady(template, 3);
    }

    @Test
    void whatItMakesNeverHasItShrink() throws InterruptedException {
        Template template = template("image");
        DataSize all = RESERVE.plus(DataSize.ofMebibytes(350));
        DataSize each = DataSize.ofMebibytes(120);
        // As on a real host: each machine takes of the memory, and a little more than was reckoned.
        available = () ->
                DataSize.ofBytes(all.bytes() - each.bytes() * manager.list().size());
        pool.keep(template, SHAPE, Optional.of(4));
        pass(QUIET);
        awaitReady(template, 2);
        settle();
        assertThat(ready(template)).isEqualTo(2);
        assertThat(nurse.givenUp).isEmpty();
    }

    @Test
    void kindsShareWhatThePoolMayHold() throws InterruptedException {
        Template first = learned("first", 4);
        Template second = learned("second", 2);
        assertThat(ready(first) + ready(second)).isEqualTo(ALL);

        Template third = template("third");
        take(third, 4);
        pass(QUIET);
        await("each has some", () -> ready(first) == 2 && ready(second) == 2 && ready(third) == 2);
        settle();
        assertThat(ready(first) + ready(second) + ready(third)).isEqualTo(ALL);
        assertThat(manager.list()).hasSize(taken.size() + ALL);
    }

    @Test
    void aKindThatCannotBeMadeReadyIsTriedAgainAndKeepsNoOtherWaiting() {
        Template bad = template("bad");
        nurse.refused.add(bad.id().value());
        pool.keep(bad, SHAPE, Optional.of(2));
        pass(QUIET);
        await("one is given up", () -> nurse.givenUp.size() == 1);
        Template good = template("good");
        pool.keep(good, SHAPE, Optional.of(2));
        pass(QUIET);
        awaitReady(good, 2);
        assertThat(nurse.givenUp).as("not tried again at once").hasSize(1);
        assertThat(manager.list()).hasSize(2);
        assertThat(state(bad).discarded()).isEqualTo(1);
        assertThat(state(good).discarded()).isZero();

        nurse.refused.clear();
        pass(Duration.ofSeconds(3));
        awaitReady(bad, 2);
        pool.discarded(bad.id());
        assertThat(state(bad).discarded()).isEqualTo(2);
    }

    @Test
    void aKindThatTakesLongToFailLeavesTheOthersAsMuchTime() throws InterruptedException {
        Template bad = template("bad");
        nurse.refused.add(bad.id().value());
        nurse.takes = Duration.ofMinutes(1);
        pool.keep(bad, SHAPE, Optional.of(2));
        pass(QUIET);
        await("one is given up", () -> nurse.givenUp.size() == 1);
        pass(Duration.ofSeconds(50));
        settle();
        assertThat(nurse.givenUp).hasSize(1);
        pass(Duration.ofSeconds(10));
        await("it is tried again", () -> nurse.givenUp.size() == 2);
    }

    @Test
    void oneThatIsStillBeingPreparedDoesNotHoldUpTheEnd() throws InterruptedException {
        Template template = template("image");
        nurse.waits = true;
        pool.keep(template, SHAPE, Optional.of(1));
        pass(QUIET);
        await("it has begun", () -> !nurse.ranks.isEmpty());
        Thread closer = Thread.ofPlatform().start(pool::close);
        try {
            assertThat(closer.join(Duration.ofSeconds(10))).isTrue();
            assertThat(manager.list()).isEmpty();
        } finally {
            nurse.endless.countDown();
        }
    }

    @Test
    void whatCannotBeDeletedIsHeldAndTriedAgain() throws InterruptedException {
        Template template = template("image");
        pool.keep(template, SHAPE, Optional.of(2));
        pass(QUIET);
        awaitReady(template, 2);
        manager.keepMachines(true);
        pool.drop(template.id());
        VmId given = manager.list().getFirst().id();
        assertThat(manager.list()).hasSize(2).allMatch(vm -> pool.holds(vm.id()));
        pass(Duration.ofSeconds(3));
        settle();
        assertThat(manager.list()).hasSize(2).allMatch(vm -> pool.holds(vm.id()));

        manager.keepMachines(false);
        await("they are deleted", () -> {
            pass(Duration.ofSeconds(3));
            return manager.list().isEmpty();
        });
        await("they are forgotten", () -> !pool.holds(given));
    }

    @Test
    void oneThatIsGivenBackIsDeletedIfNeedBeLater() {
        Template template = learned("image", 1);
        Vm vm = pool.acquire(template, SHAPE).orElseThrow();
        manager.keepMachines(true);
        pool.giveBack(vm);
        assertThat(pool.holds(vm.id())).isTrue();
        manager.keepMachines(false);
        await("it is deleted", () -> {
            pass(Duration.ofSeconds(3));
            return manager.find(vm.id()).isEmpty();
        });
    }

    @Test
    void whatDoesNotLetGoIsGivenUpAllTheSame() {
        Template template = template("image");
        nurse.stubborn = true;
        pool.keep(template, SHAPE, Optional.of(2));
        pass(QUIET);
        awaitReady(template, 2);
        pool.keep(template, SHAPE, Optional.of(0));
        awaitReady(template, 0);
        await("no machine is left", () -> manager.list().isEmpty());
        pool.keep(template, SHAPE, Optional.of(1));
        pass(QUIET);
        awaitReady(template, 1);
        assertThat(pool.holds(nurse.givenUp.getFirst())).isFalse();
    }

    @Test
    void theyAreMadeInTheBackgroundAndAreLikeAnyOtherWhenTheyAreTaken() {
        Template template = learned("image", 3);
        assertThat(take(template, 3)).isEqualTo(3);
        assertThat(taken).allMatch(vm -> manager.priority(vm.id()) == Priority.NORMAL);
        assertThat(nurse.ranks).hasSizeGreaterThanOrEqualTo(3).containsOnly(Priority.BACKGROUND);
    }

    @Test
    void aTemplateThatIsGoneIsForgotten() {
        Template template = template("image");
        manager.templates().delete(template.id());
        pool.keep(template, SHAPE, Optional.of(2));
        pass(QUIET);
        await("it is forgotten", () -> pool.states().isEmpty());
    }

    @Test
    void aTemplateThatIsMadeAnewTakesOverFromTheFormerOne() {
        Template old = learned("image", 3);
        manager.upgrade("in memory 2");
        Template next = template("image");
        assertThat(take(next, 1)).isZero();
        await(
                "the former one is forgotten",
                () -> pool.states().stream().noneMatch(state -> state.template().equals(old.id())));
        pass(QUIET);
        awaitReady(next, 3);
    }

    @Test
    void machinesThatAreTakenAgainAndAgainAreMadeUpForInTheEnd() {
        Template template = template("image");
        take(template, 1);
        int got = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(BURST) < 0; passed = passed.plus(QUIET)) {
            pass(QUIET.dividedBy(2));
            got += take(template, 1);
            pass(QUIET.dividedBy(2).minusMillis(1));
            got += take(template, 1);
        }
        assertThat(got).isZero();
        pass(QUIET.dividedBy(2));
        take(template, 1);
        pass(QUIET.dividedBy(2));
        await("one is made though none had time", () -> ready(template) > 0);
    }

    @Test
    void droppedKindsAreGivenUpEvenWhileOneIsBeingMade() {
        Template template = template("image");
        pool.keep(template, SHAPE, Optional.of(4));
        pass(QUIET);
        await("it has begun", () -> ready(template) > 0);
        TemplateId id = template.id();
        pool.drop(id);
        await("nothing stands ready", () -> manager.list().isEmpty());
        assertThat(pool.states()).isEmpty();
    }
}
