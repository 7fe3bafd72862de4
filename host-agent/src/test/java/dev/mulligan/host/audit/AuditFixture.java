package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.MigratedState;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A record in a directory, which can be closed and opened again; its clock ticks a second at each entry. */
final class AuditFixture implements AutoCloseable {
    static final TaskId TASK = new TaskId("mine");
    static final TaskId OTHER = new TaskId("other");
    static final SandboxId SANDBOX = new SandboxId("sb-0000000001");
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Path directory;
    SqliteStore store;
    StoredAuditLog log;

    private UnaryOperator<Store> stores = UnaryOperator.identity();

    AuditFixture(Path directory) {
        this.directory = directory;
        MigratedState.into(directory);
        this.store = SqliteStore.openJournal(directory);
        this.log = openLog();
        // Its first head was signed.
        now.set(START);
    }

    private StoredAuditLog openLog() {
        return StoredAuditLog.open(
                stores.apply(store), directory, () -> now.getAndUpdate(time -> time.plus(Duration.ofSeconds(1))));
    }

    void reopen() {
        close();
        store = SqliteStore.openJournal(directory);
        log = openLog();
    }

    /** As {@link #reopen}, with something between the log and its store. */
    void reopen(UnaryOperator<Store> between) {
        stores = between;
        reopen();
    }

    /** What a kill leaves: nothing is closed in good order. */
    void restartAfterKill(UnaryOperator<Store> between) {
        store.close();
        stores = between;
        store = SqliteStore.openJournal(directory);
        log = openLog();
    }

    AuditKey key() {
        return log.reader().key();
    }

    AuditRotation rotation() {
        return log.rotation(directory.resolve("audit"));
    }

    AuditVerdict verify(String export) throws IOException {
        return AuditExport.verify(
                new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)),
                Optional.of(key()),
                Optional.empty());
    }

    /** Entries of two tasks, by turns. */
    void fill(int entries) {
        for (int i = 0; i < entries; i++) {
            log.append(AuditEvent.of("call.decided", new Actor("local:0"))
                    .withTask(i % 2 == 0 ? TASK : OTHER)
                    .withSandbox(SANDBOX)
                    .withDecision("shell", i % 4 == 0 ? "deny" : "allow", "scope.tools")
                    .withDetails(Map.of("number", Integer.toString(i), "text", "ü \"quoted\"\n\u0001 😀")));
        }
    }

    List<AuditEntry> query(AuditQuery query) {
        List<AuditEntry> entries = new ArrayList<>();
        log.reader().query(query, entries::add);
        return entries;
    }

    String export(Optional<TaskId> task) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        log.reader().export(task, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What an attacker with the file in hand can do: no trigger stops him. */
    void tamper(String... statements) {
        store.write(handle -> {
            handle.execute("DROP TRIGGER IF EXISTS audit_refuses_update");
            handle.execute("DROP TRIGGER IF EXISTS audit_refuses_delete");
            handle.execute("DROP TRIGGER IF EXISTS audit_only_appends");
            handle.execute("DROP TRIGGER IF EXISTS audit_head_refuses_update");
            handle.execute("DROP TRIGGER IF EXISTS audit_head_refuses_delete");
            handle.execute("DROP TRIGGER IF EXISTS audit_head_only_appends");
            handle.execute("DROP TRIGGER IF EXISTS audit_moved_names_an_entry");
            for (String statement : statements) {
                handle.execute(statement);
            }
            return null;
        });
    }

    @Override
    public void close() {
        log.close();
        store.close();
    }
}
