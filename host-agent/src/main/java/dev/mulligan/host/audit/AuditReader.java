package dev.mulligan.host.audit;

import dev.mulligan.host.TaskId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The door of the record for those who read. Nothing here writes it. Blocking; safe for use by several threads; the
 * record goes on growing meanwhile.
 */
public interface AuditReader {
    /** Hands over all that matches and is there now, in sequence. A sink that blocks holds up nobody. */
    void query(AuditQuery query, Consumer<AuditEntry> sink);

    /**
     * As {@link #query}, then goes on with what is appended, until the query's limit is reached or the thread is
     * interrupted.
     */
    void follow(AuditQuery query, Consumer<AuditEntry> sink) throws InterruptedException;

    /** The sequence number of the newest entry; 0: there is none. */
    long newest();

    /** Reads everything and checks every hash and link. Not whole is an answer, not an error. */
    AuditVerdict verify();

    /** The key with which this host signs the record, for those who verify its exports. */
    AuditKey key();

    /**
     * Writes the log, or a task's part of it, in the form of {@link AuditExport}. Does not close the sink.
     *
     * @throws IOException only what the sink throws
     */
    void export(Optional<TaskId> task, OutputStream sink) throws IOException;

    /**
     * Writes the log, or a task's entries, as JSON lines in the shape of {@link Ocsf}: for log systems; it proves
     * nothing. Does not close the sink.
     *
     * @throws IOException only what the sink throws
     */
    void exportOcsf(Optional<TaskId> task, OutputStream sink) throws IOException;
}
