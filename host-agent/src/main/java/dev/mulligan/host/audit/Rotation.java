package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditRows.Range;
import dev.mulligan.host.audit.HeadFile.Head;
import dev.mulligan.host.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Moves old entries out. The file first: written aside, read back and compared, made durable, named. Then one
 * transaction: the entry about it, its signed head, and the end of what was moved. Cut off before that, the file is an
 * export like any other, and the next one takes its place or stands beside it; no entry is ever in neither.
 */
final class Rotation implements AuditRotation {
    static final String MOVED_OUT = "audit.moved_out";

    private final Store store;
    private final StoredAuditLog log;
    private final Path directory;
    private final ReentrantLock moving = new ReentrantLock();

    Rotation(Store store, StoredAuditLog log, Path directory) {
        this.store = store;
        this.log = log;
        this.directory = directory;
    }

    @Override
    public Optional<MovedOut> moveOut(Instant before, Actor actor) {
        moving.lock();
        try {
            Range range = store.read(handle -> AuditRows.olderThan(handle, before));
            return range.last() < range.first() ? Optional.empty() : Optional.of(moveOut(range, actor));
        } catch (IOException failure) {
            throw StoredAuditLog.unavailable("file of entries that are moved out", failure);
        } finally {
            moving.unlock();
        }
    }

    private MovedOut moveOut(Range range, Actor actor) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file =
                directory.resolve(String.format(Locale.ROOT, "audit-%012d-%012d.jsonl", range.first(), range.last()));
        Path aside = directory.resolve("audit.part");
        Head last = write(range, aside);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(directory);
        log.append(
                AuditEvent.of(MOVED_OUT, actor)
                        .withDetails(Map.of(
                                "file", file.getFileName().toString(),
                                "first", Long.toString(range.first()),
                                "last", Long.toString(range.last()),
                                "head", last.hash().hex())),
                handle -> HeadRows.moveOut(handle, last));
        return new MovedOut(file, range.first(), range.last());
    }

    /** The last entry of what was written, and is durable, and verifies. */
    private Head write(Range range, Path aside) throws IOException {
        Files.deleteIfExists(aside);
        Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Seal seal;
        try (OutputStream output = new java.io.BufferedOutputStream(Files.newOutputStream(aside))) {
            seal = new ExportWriter(store, log.clock(), log.key()).write(range, Optional.empty(), output);
        }
        DurableFiles.sync(aside);
        AuditVerdict verdict;
        try (InputStream input = Files.newInputStream(aside)) {
            verdict = AuditExport.verify(input, Optional.of(log.key().shown()), Optional.empty());
        }
        Head last = store.read(handle -> AuditRows.at(handle, range.last()))
                .map(AuditRows.Row::head)
                .orElseThrow();
        boolean same = verdict.whole()
                && verdict.entries() == range.last() - range.first() + 1
                && last.equals(new Head(seal.sequence(), seal.hash()));
        if (!same) {
            Files.delete(aside);
            throw HostException.of(HostErrorCode.AUDIT_UNAVAILABLE, "entries that are not whole are not moved out")
                    .value(verdict.flaw()
                            .map(flaw -> "entry " + flaw.sequence() + " is " + flaw.problem())
                            .orElse("entries " + range.first() + " to " + range.last()))
                    .expected("a record that 'mulligan audit verify' finds whole")
                    .build();
        }
        return last;
    }
}
