package dev.mulligan.host.audit;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditRows.Range;
import dev.mulligan.host.audit.AuditRows.Row;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

/** Writes the record, or a part of it, in the form of {@link AuditExport}: page by page, then the seal. */
final class ExportWriter {
    private final Store store;
    private final InstantSource clock;
    private final SigningKey key;

    ExportWriter(Store store, InstantSource clock, SigningKey key) {
        this.store = store;
        this.clock = clock;
        this.key = key;
    }

    /** All that is there, or a task's part of it. */
    Seal write(Optional<TaskId> task, OutputStream sink) throws IOException {
        Range range = store.read(handle -> AuditRows.rangeOf(handle, task));
        task.ifPresent(id -> requireBeginning(id, range));
        return write(range, task, sink);
    }

    /** Those entries; with a task, its own are told and the others linked. */
    Seal write(Range range, Optional<TaskId> task, OutputStream sink) throws IOException {
        Head movedOut = store.read(HeadRows::movedOut);
        Head head = new Head(0, EntryHash.NONE);
        long told = 0;
        long after = range.first() - 1;
        while (after < range.last()) {
            long from = after;
            for (Row row : store.read(handle -> AuditRows.matching(handle, AuditQuery.ALL, from))) {
                if (row.sequence() > range.last()) {
                    break;
                }
                if (row.sequence() != after + 1) {
                    requireUnmoved(movedOut);
                }
                boolean tell = task.isEmpty() || row.task().equals(task.get().value());
                line(
                        sink,
                        tell
                                ? EntryFormat.line(row.sequence(), row.entry(), row.previousHash())
                                : EntryFormat.link(row.sequence(), EntryHash.of(row.entry()), row.previousHash()));
                told += tell ? 1 : 0;
                head = row.head();
                after = row.sequence();
            }
            if (after == from) {
                requireUnmoved(movedOut);
                break; // The log was cut meanwhile; verify will say so.
            }
        }
        Seal seal = Seal.sign(head, told, task.map(TaskId::value).orElse(""), clock.instant(), key);
        line(sink, seal.line());
        return seal;
    }

    /** Half a task would look like a whole one. */
    private void requireBeginning(TaskId task, Range range) {
        long movedOut = store.read(HeadRows::movedOut).sequence();
        boolean begins = store.read(handle -> AuditRows.at(handle, range.first()))
                .map(row -> row.toEntry().event())
                .filter(event -> event.task().equals(Optional.of(task)))
                .filter(event -> event.kind().equals("task.dispatched"))
                .isPresent();
        if (movedOut > 0 && !begins) {
            throw HostException.of(HostErrorCode.UNSUPPORTED, "the task's beginning is not in the record")
                    .value(task)
                    .expected("a task none of whose entries was moved out")
                    .remedy("look for it in the files that hold the entries up to " + movedOut)
                    .build();
        }
    }

    private void requireUnmoved(Head movedOut) {
        if (!store.read(HeadRows::movedOut).equals(movedOut)) {
            throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "entries were moved out while they were exported")
                    .remedy("try again")
                    .build();
        }
    }

    private static void line(OutputStream sink, String text) throws IOException {
        sink.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
