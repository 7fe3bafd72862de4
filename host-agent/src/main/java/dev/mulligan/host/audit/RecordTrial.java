package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.SqliteStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** A record of its own, in a directory of its own: to find out what recording costs there. */
public final class RecordTrial implements AutoCloseable {
    private static final AuditEvent EVENT = AuditEvent.of("call.decided", new Actor("local:0"))
            .withTask(new TaskId("trial"))
            .withSandbox(new SandboxId("sb-0000000001"))
            .withDecision("shell", "allow", "scope.tools")
            .withDetails(Map.of("arguments_sha256", "0".repeat(64), "arguments_bytes", "120", "call", "7"));

    private final SqliteStore store;
    private final StoredAuditLog log;

    private RecordTrial(SqliteStore store, StoredAuditLog log) {
        this.store = store;
        this.log = log;
    }

    /**
     * Opens it.
     *
     * @param directory made if need be; the caller removes it
     */
    public static RecordTrial open(Path directory) {
        SqliteStore store = SqliteStore.openJournal(directory);
        return new RecordTrial(store, StoredAuditLog.open(store, directory, InstantSource.system()));
    }

    /** An entry as a task writes them, durable once this returns. */
    public void append() {
        log.append(EVENT);
    }

    /** What an entry is as text: for others who write as much. */
    public static String entry() {
        return EntryFormat.entry(InstantSource.system().instant(), EntryFormat.writable(EVENT));
    }

    @Override
    public void close() {
        log.close();
        store.close();
    }
}
