package dev.mulligan.host.audit;

import dev.mulligan.host.Actor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The door for those who move old entries out of the record, into a file that proves itself. */
public interface AuditRotation {
    /**
     * Moves out all entries before the first one that is not older than that; the newest entry always stays. They go
     * into an export of their own ({@link AuditExport}), which is durable and was read back before they leave the
     * record; leaving it is itself an entry ({@code audit.moved_out}). Whatever fails on the way leaves all of them
     * where they were.
     *
     * @return the file; empty if nothing is that old
     * @throws dev.mulligan.host.HostException {@code AUDIT_UNAVAILABLE} if the file or the entry could not be written,
     *     or the entries are not whole: what is damaged is not moved
     */
    Optional<MovedOut> moveOut(Instant before, Actor actor);

    /**
     * What was moved out.
     *
     * @param file the export
     * @param first sequence of its first entry
     * @param last sequence of its last entry
     */
    record MovedOut(Path file, long first, long last) {}
}
