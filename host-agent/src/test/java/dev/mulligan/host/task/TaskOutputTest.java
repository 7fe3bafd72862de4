package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.task.TaskEvent.Output;
import dev.mulligan.host.task.TaskEvent.OutputDropped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

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

    @Test
    void whatAProgramPrintsOnBothStreamsByTurnsIsKeptOrSaidToBeDropped() {
        String lines = "echo x;warn y;".repeat(2_000);
        Task task = host.run(Specs.in(SANDBOX, OnFailure.KEEP, shell(lines + "exit 0"), shell(lines + "exit 0")));
        List<TaskEvent> events = host.events(task.id(), 0);
        assertThat(outputs(events)).hasSizeBetween(2, 200_000 / 256);
        assertThat(told(events)).isEqualTo(16_000);
        assertThat(events)
                .filteredOn(OutputDropped.class::isInstance)
                .extracting(dropped -> ((OutputDropped) dropped).bytes())
                .as("all of the first call, and the beginning of the second")
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(8_000),
                        second -> assertThat(second).isLessThan(8_000));
        assertThat(events).extracting(TaskEvent::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(events.getLast()).isInstanceOf(TaskEvent.StateChanged.class);
    }

    /** 64 MiB of output may be 67 million bytes on both streams by turns. */
    @Test
    void whatIsKeptIsBoundedInRowsAndOnTheDisk(@TempDir(factory = MemoryDirectory.class) Path elsewhere)
            throws IOException {
        try (SqliteStore store = SqliteStore.openOutput(elsewhere)) {
            TaskEvents events = new TaskEvents(store, InstantSource.system(), 200_000, 400_000);
            for (int i = 0; i < 5; i++) {
                TaskId task = new TaskId("task" + i);
                int bytes = i == 0 ? 200_000 : 50_000;
                byTurns(events, task, bytes);
                assertThat(number(store, "SELECT count(*) FROM event WHERE task = '" + task + "'"))
                        .isBetween(2L, 200_000L / 256 + 1);
                assertThat(number(store, "SELECT sum(size) FROM event WHERE task = '" + task + "'"))
                        .isEqualTo(bytes);
                events.trim(task);
                assertThat(number(store, "SELECT count(*) FROM event")).isLessThanOrEqualTo(400_000L / 256 + 5);
                // With the log of what was written lately.
                assertThat(size(elsewhere)).isLessThan(16 << 20);
            }
        }
        // Beside the rows that are kept, a batch of at most 4,096 before it was trimmed.
        assertThat(size(elsewhere)).isLessThan(4 << 20);
    }

    private static long size(Path directory) throws IOException {
        long size = 0;
        for (String file : List.of("output.db", "output.db-wal")) {
            Path path = directory.resolve(file);
            size += Files.exists(path) ? Files.size(path) : 0;
        }
        return size;
    }

    private static void byTurns(TaskEvents events, TaskId task, int bytes) {
        try (OutputPipe pipe = new OutputPipe(
                0,
                Long.MAX_VALUE,
                () -> {},
                batch -> events.append(task, batch),
                Thread.ofVirtual().factory())) {
            for (int i = 0; i < bytes; i += 2) {
                pipe.stdout(new byte[] {'o'});
                pipe.stderr(new byte[] {'e'});
            }
            pipe.finish();
        }
    }

    private static long number(SqliteStore store, String sql) {
        return store.read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @Test
    void aWatcherIsNotToldAnewWhatItSawBeforeItWasDropped(@TempDir Path elsewhere) throws Exception {
        Task task = host.run(in("echo one"));
        CountDownLatch seenOne = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<TaskEvent> seen = new CopyOnWriteArrayList<>();
        try (SqliteStore store = SqliteStore.openOutput(elsewhere)) {
            TaskEvents events = new TaskEvents(store, InstantSource.system(), 1_000, 1_000);
            events.append(task.id(), List.of(chunk(300)));
            Thread watching = Thread.ofPlatform().unstarted(new Watch(events, () -> task, 1, new Tasks.TaskListener() {
                @Override
                public void event(TaskEvent event) {
                    seen.add(event);
                    seenOne.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                }

                @Override
                public void ended() {}
            }));
            events.end(task.id(), () -> {
                watching.start();
                awaitQuietly(seenOne);
                for (int i = 0; i < 10; i++) {
                    events.append(task.id(), List.of(chunk(300)));
                }
                events.append(task.id(), new EventBody.State(task));
            });
            goOn.countDown();
            TaskFixture.until(() -> !watching.isAlive());
        }
        assertThat(seen).extracting(TaskEvent::sequence).containsExactly(1L, 8L, 9L, 10L, 11L, 12L);
        assertThat(seen.get(1))
                .isInstanceOfSatisfying(
                        OutputDropped.class, all -> assertThat(all.bytes()).isEqualTo(7 * 300));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static OutputChunk chunk(int size) {
        return new OutputChunk(0, OutputStreamName.STDOUT, new byte[size]);
    }

    /** As a host agent left it that kept a row for each piece that was dropped. */
    @Test
    void outputOfAnEarlierHostAgentIsTakenOver(@TempDir Path elsewhere) {
        Task task = host.run(in("echo one"));
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + elsewhere.resolve("output.db"));
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/output")
                .target("1")
                .load()
                .migrate();
        Jdbi.create(source).useHandle(handle -> {
            for (int i = 0; i < 20; i++) {
                boolean kept = i >= 15;
                handle.execute(
                        "INSERT INTO event (task, sequence, time, kind, body, call, stream, position, size, kept)"
                                + " VALUES (?, ?, ?, 'output', ?, ?, 'STDOUT', ?, 100, ?)",
                        task.id().value(),
                        i + 1,
                        Instant.EPOCH.toString(),
                        new byte[kept ? 100 : 0],
                        i / 10,
                        100 * i,
                        kept);
            }
        });
        List<TaskEvent> seen = new CopyOnWriteArrayList<>();
        try (SqliteStore store = SqliteStore.openOutput(elsewhere)) {
            assertThat(number(store, "SELECT count(*) FROM event")).isEqualTo(7);
            TaskEvents events = new TaskEvents(store, InstantSource.system(), 3 * 256, 1_000);
            events.append(task.id(), List.of(new OutputChunk(1, OutputStreamName.STDOUT, new byte[10])));
            events.append(task.id(), new EventBody.State(task));
            new Watch(events, () -> task, 1, collect(seen)).run();
        }
        assertThat(seen).extracting(TaskEvent::sequence).containsExactly(18L, 19L, 20L, 21L, 22L);
        assertThat(told(seen)).isEqualTo(2_010);
    }

    private static long told(List<TaskEvent> events) {
        return events.stream()
                .mapToLong(event -> switch (event) {
                    case Output output -> output.data().length;
                    case OutputDropped dropped -> dropped.bytes();
                    default -> 0;
                })
                .sum();
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
