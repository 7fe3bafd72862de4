package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.task.TaskEvent.Output;
import dev.mulligan.host.task.TaskEvent.OutputDropped;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture keeps 200,000 bytes of a task and 1 MiB in all. */
class TaskOutputTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    private TaskFixture host;

    @BeforeEach
    void start() {
        host = new TaskFixture(directory).start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void everyEventHasTheNextSequenceAndTheyTellTheWholeStory() {
        Task task = host.run(in("echo out; warn err"));
        List<TaskEvent> events = host.events(task.id(), 0);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).sequence()).isEqualTo(i + 1);
        }
        assertThat(events)
                .filteredOn(event -> !(event instanceof TaskEvent.Progress))
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "StateChanged",
                        "StateChanged",
                        "StateChanged",
                        "CallStarted",
                        "Output",
                        "Output",
                        "CallEnded",
                        "StateChanged");
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        TaskEvent.StateChanged.class,
                        changed -> assertThat(changed.task()).isEqualTo(task));
        assertThat(outputs(events))
                .extracting(Output::stream)
                .containsExactly(OutputStreamName.STDOUT, OutputStreamName.STDERR);
    }

    @Test
    void watchersSeeOutputWhileItRunsAndOneThatBlocksHoldsUpNobody() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        TaskId id = host.dispatch(in("echo first; flood 5000000; wait"));
        AutoCloseable stuck = host.engine.watch(id, 0, new Tasks.TaskListener() {
            @Override
            public void event(TaskEvent event) {
                try {
                    never.await();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void ended() {}
        });
        BlockingQueue<TaskEvent> live = new LinkedBlockingQueue<>();
        AutoCloseable watcher = host.engine.watch(id, 0, collect(live));
        long seen = 0;
        while (seen < 5_000_000) {
            TaskEvent event = live.poll(60, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            if (event instanceof Output output) {
                seen += output.data().length;
            } else if (event instanceof OutputDropped dropped) {
                seen += dropped.bytes();
            }
        }
        assertThat(host.engine.get(id).state()).isEqualTo(TaskState.RUNNING);
        host.engine.cancel(id, TaskFixture.ACTOR);
        stuck.close();
        watcher.close();
    }

    @Test
    void theOldestOutputIsDroppedAndSaidToBe() {
        Task task = host.run(in("echo first; flood 1000000; warn last"));
        List<TaskEvent> events = host.events(task.id(), 0);
        long kept = outputs(events).stream()
                .mapToLong(output -> output.data().length)
                .sum();
        long dropped = events.stream()
                .mapToLong(event -> event instanceof OutputDropped some ? some.bytes() : 0)
                .sum();
        assertThat(kept).isBetween(100_000L, 200_000L);
        assertThat(kept + dropped).isEqualTo(task.results().getFirst().outputBytes());
        assertThat(new String(outputs(events).getLast().data(), StandardCharsets.UTF_8))
                .isEqualTo("last\n");
        assertThat(events).extracting(TaskEvent::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(events).filteredOn(OutputDropped.class::isInstance).hasSize(1);
    }

    @Test
    void aWatcherMayBeginAnywhere() {
        Task task = host.run(in("echo one; warn two; echo three"));
        List<TaskEvent> all = host.events(task.id(), 0);
        for (int from = 1; from <= all.size(); from++) {
            assertThat(host.events(task.id(), from))
                    .extracting(TaskEvent::sequence)
                    .isEqualTo(all.subList(from - 1, all.size()).stream()
                            .map(TaskEvent::sequence)
                            .toList());
        }
        assertThat(host.events(task.id(), all.size() + 100)).isEmpty();
    }

    /** The journal says "ended" a moment before the last event is kept. */
    @Test
    void aWatcherThatComesAtTheVeryEndStillSeesTheLastEvent(@TempDir Path elsewhere) {
        Task task = host.run(in("echo one"));
        List<TaskEvent> seen = new CopyOnWriteArrayList<>();
        try (SqliteStore store = SqliteStore.openOutput(elsewhere)) {
            TaskEvents events = new TaskEvents(store, InstantSource.system(), 1_000, 1_000);
            Thread watching = Thread.ofPlatform().unstarted(new Watch(events, () -> task, 1, collect(seen)));
            events.end(task.id(), () -> {
                watching.start();
                TaskFixture.until(() -> watching.getState() != Thread.State.RUNNABLE);
                events.append(task.id(), new EventBody.State(task));
            });
            TaskFixture.until(() -> !watching.isAlive());
        }
        assertThat(seen).hasSize(1).allMatch(TaskEvent.StateChanged.class::isInstance);
    }

    @Test
    void outputOutlivesTheHostAgent() {
        Task task = host.run(in("echo kept"));
        host.restart();
        assertThat(host.output(task.id())).isEqualTo("kept\n");
    }

    @Test
    void outputOfTheOldestTasksGoesWhenAllIsTooMuch() {
        Task first = host.run(in("flood 190000"));
        for (int i = 0; i < 6; i++) {
            host.run(in("flood 190000"));
        }
        assertThat(outputs(host.events(first.id(), 0))).isEmpty();
        assertThat(host.events(first.id(), 0))
                .filteredOn(OutputDropped.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        OutputDropped.class, all -> assertThat(all.bytes()).isEqualTo(190_000));
    }

    @Test
    void aToolThatPrintsByteByByteCostsNoEventForEach() {
        String line = "echo x;".repeat(2_000);
        Task task = host.run(in(line.substring(0, line.length() - 1)));
        List<Output> outputs = outputs(host.events(task.id(), 0));
        assertThat(outputs.stream().mapToLong(output -> output.data().length).sum())
                .isEqualTo(4_000);
        assertThat(outputs).hasSizeLessThan(200);
    }

    private static List<Output> outputs(List<TaskEvent> events) {
        List<Output> outputs = new CopyOnWriteArrayList<>();
        for (TaskEvent event : events) {
            if (event instanceof Output output) {
                outputs.add(output);
            }
        }
        return outputs;
    }

    private static Tasks.TaskListener collect(Collection<TaskEvent> events) {
        return new Tasks.TaskListener() {
            @Override
            public void event(TaskEvent event) {
                events.add(event);
            }

            @Override
            public void ended() {}
        };
    }

    private static TaskSpec in(String line) {
        return Specs.in(SANDBOX, OnFailure.ROLLBACK, shell(line));
    }
}
