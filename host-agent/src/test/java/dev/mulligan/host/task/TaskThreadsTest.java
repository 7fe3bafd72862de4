package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.ThreadName;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.store.Store;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal is asked once for each task, and not before the task is in it. */
final class TaskThreadsTest {
    private static final ThreadName TIDY = new ThreadName("tidy");

    private final AtomicInteger reads = new AtomicInteger();
    private final Store journal;
    private final TaskThreads threads;

    TaskThreadsTest(@TempDir Path directory) {
        MigratedState.into(directory);
        this.journal = SqliteStore.openJournal(directory);
        this.threads = new TaskThreads(new Counting());
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private final class Counting implements Store {
        @Override
        public <T extends @Nullable Object> T write(Work<T> work) {
            return journal.write(work);
        }

        @Override
        public <T extends @Nullable Object> T read(Work<T> work) {
            reads.incrementAndGet();
            return journal.read(work);
        }

        @Override
        public void close() {}
    }

    private static TaskId id(int number) {
        return new TaskId("task-%010d".formatted(number));
    }

    /** Tasks from a number on, before another, and a thread for them if there is one. */
    private void dispatch(int first, int end, Optional<ThreadName> thread) {
        journal.write(handle -> {
            for (int number = first; number < end; number++) {
                String id = id(number).value();
                handle.execute(
                        "INSERT INTO task (id, spec, actor, state, created) VALUES (?, '{}', 'host', 'QUEUED', '')",
                        id);
                thread.ifPresent(name -> handle.execute(
                        "INSERT INTO task_thread (task, thread, ordinal) SELECT id, ?, ordinal FROM task WHERE id = ?",
                        name.value(),
                        id));
            }
            return null;
        });
    }

    @Test
    void aTaskIsLookedForUntilItIsThereAndNotAgain() {
        assertThat(threads.of(id(1))).isEmpty();
        assertThat(threads.of(id(2))).isEmpty();
        dispatch(1, 2, Optional.of(TIDY));
        dispatch(2, 3, Optional.empty());
        for (int time = 0; time < 3; time++) {
            assertThat(threads.of(id(1))).contains(TIDY);
            assertThat(threads.of(id(2))).as("of no thread").isEmpty();
        }
        assertThat(reads).as("twice for each: before it was there, and then").hasValue(4);
    }

    @Test
    void ofVeryManyTheFirstAreForgottenAndFoundAgain() {
        dispatch(0, 1_001, Optional.of(TIDY));
        for (int number = 0; number <= 1_000; number++) {
            assertThat(threads.of(id(number))).contains(TIDY);
        }
        assertThat(reads).hasValue(1_001);
        assertThat(threads.of(id(1_000))).contains(TIDY);
        assertThat(reads).as("the last one is remembered").hasValue(1_001);
        assertThat(threads.of(id(0))).contains(TIDY);
        assertThat(reads).as("the first one is not").hasValue(1_002);
    }
}
