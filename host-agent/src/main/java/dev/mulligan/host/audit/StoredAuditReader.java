package dev.mulligan.host.audit;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditRows.Range;
import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.AuditVerdict.Flaw;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.io.IOException;
import java.io.OutputStream;
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
        // Before the entries: the log may run ahead of its head while it is read, but never behind.
        Optional<Head> kept = log.keptHead();
        Chain chain = Chain.fromBeginning();
        List<Row> page;
        do {
            long after = chain.sequence();
            page = store.read(handle -> AuditRows.matching(handle, AuditQuery.ALL, after));
            for (Row row : page) {
                Optional<Flaw> flaw = check(chain, row);
                if (flaw.isPresent()) {
                    return chain.verdict(flaw);
                }
            }
        } while (!page.isEmpty());
        return chain.verdict(
                store.read(handle -> headFlaw(handle, kept)).map(problem -> new Flaw(chain.sequence() + 1, problem)));
    }

    private static Optional<Flaw> check(Chain chain, Row row) {
        EntryHash entryHash = EntryHash.of(row.entry());
        EntryHash hash = EntryHash.of(EntryFormat.link(row.sequence(), entryHash, row.previousHash()));
        if (row.sequence() == chain.sequence() + 1 && !row.previousHash().equals(chain.head())) {
            // The entry before has just proved its own hash: so it is this one.
            return Chain.flaw(row.sequence(), "changed: its previous hash is not that of the entry before");
        }
        Optional<Flaw> flaw = chain.accept(row.sequence(), entryHash, row.previousHash());
        if (flaw.isPresent()) {
            return flaw;
        }
        if (!hash.equals(row.hash())) {
            return Chain.flaw(row.sequence(), "changed: its hash is " + hash + ", the one on record " + row.hash());
        }
        AuditEvent event = row.toEntry().event();
        return event.kind().equals(StoredAuditLog.DAMAGED)
                ? Chain.flaw(row.sequence(), event.details().getOrDefault("problem", "damaged"))
                : Optional.empty();
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
        if (head.sequence() == 0) {
            return Optional.empty();
        }
        EntryHash there = AuditRows.matching(handle, AuditQuery.ALL, head.sequence() - 1).stream()
                .findFirst()
                .map(Row::hash)
                .orElse(EntryHash.NONE);
        return there.equals(head.hash())
                ? Optional.empty()
                : Optional.of("rewritten: entry " + head.sequence() + " is not the one that its head file names");
    }

    @Override
    public void export(Optional<TaskId> task, OutputStream sink) throws IOException {
        Range range = store.read(handle -> task.isPresent()
                ? AuditRows.rangeOf(handle, task.get()).orElse(new Range(1, 0))
                : new Range(1, AuditRows.head(handle).sequence()));
        Head head = new Head(0, EntryHash.NONE);
        long after = range.first() - 1;
        while (after < range.last()) {
            long from = after;
            for (Row row : store.read(handle -> AuditRows.matching(handle, AuditQuery.ALL, from))) {
                if (row.sequence() > range.last()) {
                    break;
                }
                boolean told = task.isEmpty() || row.task().equals(task.get().value());
                line(
                        sink,
                        told
                                ? EntryFormat.line(row.sequence(), row.entry(), row.previousHash())
                                : EntryFormat.link(row.sequence(), EntryHash.of(row.entry()), row.previousHash()));
                head = new Head(row.sequence(), row.hash());
            }
            if (head.sequence() == after) {
                break; // The log was cut meanwhile; verify will say so.
            }
            after = head.sequence();
        }
        line(sink, EntryFormat.head(head.sequence(), head.hash()));
    }

    private static void line(OutputStream sink, String text) throws IOException {
        sink.write((text + "\n").getBytes(StandardCharsets.UTF_8));
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
