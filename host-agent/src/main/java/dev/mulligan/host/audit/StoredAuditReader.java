package dev.mulligan.host.audit;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Reads the record page by page; a reader that is slow keeps no transaction open. */
final class StoredAuditReader implements AuditReader {
    private final Store store;
    private final StoredAuditLog log;

    StoredAuditReader(Store store, StoredAuditLog log) {
        this.store = store;
        this.log = log;
    }

    @Override
    public void query(AuditQuery query, Consumer<AuditEntry> sink) {
        new Cursor(query).drain(sink);
    }

    @Override
    public void follow(AuditQuery query, Consumer<AuditEntry> sink) throws InterruptedException {
        Cursor cursor = new Cursor(query);
        while (true) {
            long seen = store.read(AuditRows::head).sequence();
            cursor.drain(sink);
            if (cursor.remaining == 0) {
                return;
            }
            log.awaitAfter(Math.max(seen, cursor.after));
        }
    }

    @Override
    public long newest() {
        return store.read(AuditRows::head).sequence();
    }

    @Override
    public AuditVerdict verify() {
        while (true) {
            // Before the entries: the log may run ahead of its heads while it is read, but never behind.
            Optional<Head> kept = log.keptHead();
            Head signed = log.signed();
            RecordCheck check = new RecordCheck(store);
            AuditVerdict verdict = check.run(() -> store.read(handle -> headFlaw(handle, kept)), signed, key());
            if (verdict.whole() || check.movedOut().equals(store.read(HeadRows::movedOut))) {
                return verdict;
            }
        }
    }

    @Override
    public AuditKey key() {
        return log.key().shown();
    }

    /** What is wrong between the log and its head; empty if it reaches that. */
    Optional<String> headFlaw(Handle handle, Optional<Head> kept) {
        Head last = AuditRows.head(handle);
        if (kept.isEmpty()) {
            return last.sequence() == 0
                    ? Optional.empty()
                    : Optional.of("truncated, perhaps: its head file is missing");
        }
        Head head = kept.get();
        if (head.sequence() > last.sequence()) {
            return Optional.of(
                    "truncated: entries " + (last.sequence() + 1) + " to " + head.sequence() + " are missing");
        }
        Head movedOut = HeadRows.movedOut(handle);
        if (head.sequence() < movedOut.sequence() || head.equals(movedOut) || head.sequence() == 0) {
            return Optional.empty();
        }
        EntryHash there = AuditRows.at(handle, head.sequence()).map(Row::hash).orElse(EntryHash.NONE);
        return there.equals(head.hash())
                ? Optional.empty()
                : Optional.of("rewritten: entry " + head.sequence() + " is not the one that its head file names");
    }

    @Override
    public void export(Optional<TaskId> task, OutputStream sink) throws IOException {
        new ExportWriter(store, log.clock(), log.key()).write(task, sink);
    }

    @Override
    public void exportOcsf(Optional<TaskId> task, OutputStream sink) throws IOException {
        AuditQuery query = task.map(AuditQuery::ofTask).orElse(AuditQuery.ALL);
        Cursor cursor = new Cursor(query);
        try {
            cursor.drain(entry -> {
                try {
                    sink.write((Ocsf.event(entry) + "\n").getBytes(StandardCharsets.UTF_8));
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            });
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    /** How far a query has got. */
    private final class Cursor {
        private final AuditQuery query;
        private long after;
        private long remaining;

        Cursor(AuditQuery query) {
            this.query = query;
            this.remaining = query.limit().orElse(Long.MAX_VALUE);
        }

        void drain(Consumer<AuditEntry> sink) {
            List<Row> page;
            do {
                page = store.read(handle -> AuditRows.matching(handle, query, after));
                for (Row row : page) {
                    if (remaining == 0) {
                        return;
                    }
                    sink.accept(row.toEntry());
                    after = row.sequence();
                    remaining--;
                }
            } while (page.size() == AuditRows.PAGE);
        }
    }
}
