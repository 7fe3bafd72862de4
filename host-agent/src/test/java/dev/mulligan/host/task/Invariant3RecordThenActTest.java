package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.ACTOR;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static dev.mulligan.host.task.TaskFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.tool.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 3: record, then act. If the record cannot be written, the task stops. */
class Invariant3RecordThenActTest {
    private static final TaskId ID = new TaskId("mine");
    private static final TaskSpec TWO_CALLS =
            Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /a 1"), shell("write /b 1"));

    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @Test
    void whenAToolRunsItsDecisionIsInTheRecordAlready() {
        List<Long> decidedWhenRun = new CopyOnWriteArrayList<>();
        try (TaskFixture host = new TaskFixture(directory)) {
            host.rig(UnaryOperator.identity(), UnaryOperator.identity(), act -> {
                if (act.startsWith("run")) {
                    // Through another connection: what it sees is committed.
                    decidedWhenRun.add(host.record().stream()
                            .filter(entry -> entry.event().kind().equals("call.decided"))
                            .filter(entry -> entry.event().decision().equals("allow"))
                            .count());
                }
            });
            assertThat(host.renew().start().run(TWO_CALLS).state()).isEqualTo(TaskState.SUCCEEDED);
        }
        assertThat(decidedWhenRun).containsExactly(1L, 2L);
    }

    @Test
    void aTaskThatCannotBeRecordedIsNotTaken() {
        try (TaskFixture host = new TaskFixture(directory)) {
            FailingLog log = rig(host, 1);
            assertThatThrownBy(() -> host.dispatch(TWO_CALLS))
                    .asInstanceOf(type(HostException.class))
                    .returns(HostErrorCode.AUDIT_UNAVAILABLE, HostException::code);
            assertThat(host.engine
                            .list(new Tasks.TaskFilter(java.util.Set.of(), Optional.empty(), java.util.Map.of()), 0, "")
                            .tasks())
                    .isEmpty();
            log.repaired = true;
            assertThat(host.run(TWO_CALLS).state()).isEqualTo(TaskState.SUCCEEDED);
        }
    }

    /** The entries of {@link #TWO_CALLS} after its dispatch: whichever fails, nothing more happens until it is repaired. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whenTheRecordFailsNothingMoreIsDone(int entry) {
        try (TaskFixture host = new TaskFixture(directory)) {
            FailingLog log = rig(host, entry);
            host.engine.dispatch(Optional.of(ID), TWO_CALLS, ACTOR);
            until(() -> log.failures.get() >= 4);
            List<String> acts = host.sandboxes.acts();
            assertThat(acts).hasSize(log.actsAtFailure.get());
            assertThat(host.engine.get(ID).state()).isEqualTo(TaskState.RUNNING);

            log.repaired = true;
            Task task = host.await(ID);
            if (entry == 10) {
                assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
                assertThat(host.machine().files()).containsOnlyKeys("/a", "/b");
            } else {
                assertThat(task.state()).isEqualTo(TaskState.FAILED);
                assertThat(task.reason()).contains("the record can't be written");
                assertThat(task.rolledBack()).isEqualTo(entry > 3);
                assertThat(host.machine().files()).isEmpty();
            }
            assertThat(host.audit.reader().verify().whole()).isTrue();
        }
    }

    /** At the very moment at which a tool starts, everything ends: what it was about to do is on record. */
    @Test
    void aDecisionOutlivesAKillAtTheMomentOfItsEffect() {
        CrashingStore.Killer killer = new CrashingStore.Killer();
        try (TaskFixture host = new TaskFixture(directory)) {
            host.rig(store -> new CrashingStore(store, killer), UnaryOperator.identity(), act -> {
                killer.check();
                if (act.startsWith("run")) {
                    killer.kill();
                    killer.check();
                }
            });
            host.renew().start();
            host.engine.dispatch(Optional.of(ID), TWO_CALLS, ACTOR);
            until(killer::dead);
            host.restart();
            assertThat(host.record().stream()
                            .map(entry -> entry.event())
                            .map(event -> event.kind() + " " + event.decision()))
                    .endsWith("call.decided allow", "checkpoint.created ");
            assertThat(host.audit.reader().verify()).satisfies(verdict -> {
                assertThat(verdict.flaw()).isEmpty();
                assertThat(verdict.signed()).map(signed -> signed.sequence()).contains(verdict.sequence());
            });
        }
    }

    /** The real store, and no space left in it from the first call on. */
    @Test
    void aFullDiskStopsTheTaskWhichSaysSoWhenItCan() {
        List<FillingStore> stores = new CopyOnWriteArrayList<>();
        AtomicInteger runs = new AtomicInteger();
        ToolCall[] calls = IntStream.range(0, 80)
                .mapToObj(i -> shell("write /f" + i + " 1"))
                .toArray(ToolCall[]::new);
        try (TaskFixture host = new TaskFixture(directory)) {
            host.rig(
                    store -> {
                        stores.add(new FillingStore(store));
                        return stores.getLast();
                    },
                    UnaryOperator.identity(),
                    act -> {
                        if (act.startsWith("run") && runs.incrementAndGet() == 1) {
                            stores.getFirst().fill();
                        }
                    });
            host.renew().start();
            host.engine.dispatch(Optional.of(ID), Specs.in(SANDBOX, OnFailure.ROLLBACK, calls), ACTOR);
            until(() -> stores.stream().mapToInt(FillingStore::refused).sum() >= 3);
            long allowed = host.record().stream()
                    .filter(entry -> entry.event().decision().equals("allow"))
                    .count();
            assertThat((long) runs.get()).isBetween(1L, allowed).isLessThan(80);
            assertThat(host.engine.get(ID).state()).isEqualTo(TaskState.RUNNING);

            stores.getFirst().empty();
            Task task = host.await(ID);
            assertThat(task.state()).isIn(TaskState.FAILED, TaskState.INTERRUPTED);
            assertThat(task.reason()).containsAnyOf("the record can't be written", "no space to write");
            assertThat(task.rolledBack()).isTrue();
            assertThat(host.machine().files()).isEmpty();
            assertThat((long) runs.get()).isLessThanOrEqualTo(allowed);
            assertThat(host.audit.reader().verify().flaw()).isEmpty();
        }
    }

    private static FailingLog rig(TaskFixture host, int entry) {
        FailingLog log = new FailingLog(entry);
        host.rig(
                UnaryOperator.identity(),
                real -> {
                    log.real = real;
                    return log;
                },
                act -> {});
        host.renew().start();
        log.acts = () -> host.sandboxes.acts().size();
        return log;
    }

    /** Fails from an entry on until it is repaired. */
    private static final class FailingLog implements AuditLog {
        private final AtomicInteger appends = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger actsAtFailure = new AtomicInteger(-1);
        private final int first;
        private volatile AuditLog real = event -> 0;
        private volatile java.util.function.IntSupplier acts = () -> 0;
        private volatile boolean repaired;

        FailingLog(int first) {
            this.first = first;
        }

        @Override
        public long append(AuditEvent event) {
            if (appends.incrementAndGet() >= first && !repaired) {
                actsAtFailure.compareAndSet(-1, acts.getAsInt());
                failures.incrementAndGet();
                throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "the record can't be written")
                        .build();
            }
            return real.append(event);
        }
    }
}
