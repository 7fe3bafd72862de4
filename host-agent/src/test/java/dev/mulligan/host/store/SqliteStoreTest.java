package dev.mulligan.host.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    @TempDir
    private Path directory;

    @Test
    void keepsWhatWasWrittenOverAClose() {
        try (Store store = SqliteStore.openJournal(directory)) {
            insert(store, "t1");
        }
        try (Store store = SqliteStore.openJournal(directory)) {
            assertThat(tasks(store)).containsExactly("t1");
        }
    }

    @Test
    void aCommitWaitsForTheDiskInTheJournalAndNotForTheOutput() {
        try (Store journal = SqliteStore.openJournal(directory);
                Store output = SqliteStore.openOutput(directory)) {
            assertThat(pragma(journal, "synchronous")).isEqualTo("2");
            assertThat(pragma(output, "synchronous")).isEqualTo("1");
            assertThat(pragma(journal, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(output, "journal_mode")).isEqualTo("wal");
        }
    }

    @Test
    void workThatFailsLeavesNothingAndTheStoreGoesOn() {
        try (Store store = SqliteStore.openJournal(directory)) {
            assertThatThrownBy(() -> store.write(handle -> {
                        insert(handle, "lost");
                        throw new IllegalArgumentException("in the middle");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("in the middle");
            insert(store, "kept");
            assertThat(tasks(store)).containsExactly("kept");
        }
    }

    @Test
    void aReaderSeesOneStateAndHoldsUpNoWriter() {
        try (Store store = SqliteStore.openJournal(directory)) {
            insert(store, "t1");
            store.read(reader -> {
                assertThat(tasks(reader)).containsExactly("t1");
                insert(store, "t2");
                assertThat(tasks(reader)).containsExactly("t1");
                return null;
            });
            assertThat(tasks(store)).containsExactly("t1", "t2");
        }
    }

    @Test
    void aDirectoryBelongsToOneHostAgent() {
        try (Store store = SqliteStore.openJournal(directory)) {
            assertThatThrownBy(() -> SqliteStore.openJournal(directory))
                    .asInstanceOf(type(HostException.class))
                    .returns(HostErrorCode.STATE_IN_USE, HostException::code)
                    .returns(directory.toString(), HostException::value);
            insert(store, "t1");
        }
        SqliteStore.openJournal(directory).close();
    }

    @Test
    void aFullDiskHasACodeAndLosesNothing() {
        try (Store store = SqliteStore.openJournal(directory)) {
            insert(store, "before");
            String pages = pragma(store, "page_count");
            store.write(handle -> handle.execute("PRAGMA max_page_count = " + pages));
            assertThatThrownBy(() -> insert(store, "x".repeat(1 << 20)))
                    .asInstanceOf(type(HostException.class))
                    .returns(HostErrorCode.HOST_DISK_FULL, HostException::code)
                    .satisfies(full -> assertThat(full.remedy()).isNotEmpty());
            store.write(handle -> handle.execute("PRAGMA max_page_count = 1000000"));
            insert(store, "after");
            assertThat(tasks(store)).containsExactly("before", "after");
        }
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("journal.db"), "this is no database, and it is long enough to be one".repeat(50));
        assertThatThrownBy(() -> SqliteStore.openJournal(directory))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.STORE_UNAVAILABLE, HostException::code)
                .satisfies(damaged -> assertThat(damaged.value()).endsWith("journal.db"));
        // The lock went with the failure.
        Files.delete(directory.resolve("journal.db"));
        SqliteStore.openJournal(directory).close();
    }

    @Test
    void aDatabaseOfANewerMulliganIsLeftAlone() {
        try (Store store = SqliteStore.openJournal(directory)) {
            store.write(handle -> handle.execute("PRAGMA user_version = 999"));
        }
        assertThatThrownBy(() -> SqliteStore.openJournal(directory))
                .asInstanceOf(type(HostException.class))
                .returns(HostErrorCode.STORE_UNAVAILABLE, HostException::code)
                .returns("999", HostException::value);
    }

    @Test
    void anUpToDateDatabaseStartsWithoutMigrations() {
        try (Store store = SqliteStore.openJournal(directory)) {
            // With Flyway a start would now fail: there are tables and no history.
            store.write(handle -> handle.execute("DROP TABLE flyway_schema_history"));
        }
        SqliteStore.openJournal(directory).close();
    }

    @Test
    void othersOnTheMachineCannotReadIt() throws IOException {
        try (Store store = SqliteStore.openJournal(directory.resolve("state"))) {
            insert(store, "t1");
            try (var files = Files.list(directory.resolve("state"))) {
                for (Path file :
                        files.filter(path -> !path.endsWith("journal.lock")).toList()) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------");
                }
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("state"))))
                    .isEqualTo("rwx------");
        }
    }

    private static void insert(Store store, String id) {
        store.write(handle -> insert(handle, id));
    }

    private static int insert(Handle handle, String id) {
        return handle.execute(
                "INSERT INTO task (id, spec, actor, state, created) VALUES (?, '{}', 'host', 'QUEUED', '')", id);
    }

    private static List<String> tasks(Store store) {
        return store.read(SqliteStoreTest::tasks);
    }

    private static List<String> tasks(Handle handle) {
        return handle.createQuery("SELECT id FROM task ORDER BY ordinal")
                .mapTo(String.class)
                .list();
    }

    private static String pragma(Store store, String name) {
        return store.write(handle ->
                handle.createQuery("PRAGMA " + name).mapTo(String.class).one());
    }
}
