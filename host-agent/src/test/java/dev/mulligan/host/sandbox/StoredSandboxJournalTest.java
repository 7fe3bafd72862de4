package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.store.Store;
import dev.mulligan.vm.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredSandboxJournalTest {
    private static final Instant NOW = Instant.parse("2026-05-04T03:02:01.123Z");

    @TempDir
    private Path directory;

    @Test
    void rememberEverythingOverARestart() {
        SandboxEntry one = entry("sb-0000000001", "one", IdleTimeouts.DEFAULT, NOW);
        SandboxEntry two = entry(
                "sb-0000000002",
                "two",
                new IdleTimeouts(Optional.empty(), Optional.empty(), Optional.of(Duration.ofDays(400))),
                NOW.minusSeconds(5));
        SandboxEntry three = entry("sb-0000000003", "three", IdleTimeouts.DEFAULT, NOW.plusSeconds(1));
        SandboxEntry broken = one.with(NOW.plusSeconds(7), Optional.empty())
                .in(SandboxState.BROKEN, "its machine died", NOW.plusSeconds(9));
        try (SqliteStore store = SqliteStore.openJournal(directory)) {
            SandboxJournal journal = SandboxJournal.in(store);
            journal.insert(one);
            journal.insert(two);
            journal.insert(three);
            journal.update(broken);
            journal.delete(three.sandbox().id());
        }
        try (SqliteStore store = SqliteStore.openJournal(directory)) {
            // Oldest first.
            assertThat(SandboxJournal.in(store).all()).containsExactly(two, broken);
        }
    }

    @Test
    void severalChangeTogetherOrNotAtAll() {
        SandboxEntry one = entry("sb-0000000001", "one", IdleTimeouts.DEFAULT, NOW);
        SandboxEntry two = entry("sb-0000000002", "two", IdleTimeouts.DEFAULT, NOW.plusSeconds(1));
        try (SqliteStore store = SqliteStore.openJournal(directory)) {
            AtomicInteger writes = new AtomicInteger();
            SandboxJournal journal = SandboxJournal.in(counting(store, writes));
            journal.insert(one);
            journal.insert(two);
            writes.set(0);
            SandboxEntry ready = one.in(SandboxState.READY, "", NOW);
            SandboxEntry readyToo = two.in(SandboxState.READY, "", NOW);
            journal.update(List.of(ready, readyToo));
            assertThat(journal.all()).containsExactly(ready, readyToo);
            assertThat(writes).hasValue(1);
        }
    }

    private static Store counting(Store store, AtomicInteger writes) {
        return new Store() {
            @Override
            public <T extends @Nullable Object> T write(Work<T> work) {
                writes.incrementAndGet();
                return store.write(work);
            }

            @Override
            public <T extends @Nullable Object> T read(Work<T> work) {
                return store.read(work);
            }

            @Override
            public void close() {}
        };
    }

    private static SandboxEntry entry(String id, String name, IdleTimeouts idle, Instant created) {
        return new SandboxEntry(
                new Sandbox(
                        new SandboxId(id),
                        name,
                        Map.of("team", "red \"and\" blue", "x", "ä\n"),
                        "base",
                        "sha256:" + "ab".repeat(32),
                        new SandboxSize(DataSize.ofMebibytes(768), 2, DataSize.ofGibibytes(10)),
                        Map.of("A", "1"),
                        idle,
                        SandboxState.STARTING,
                        created,
                        created,
                        Optional.empty(),
                        ""),
                created);
    }
}
