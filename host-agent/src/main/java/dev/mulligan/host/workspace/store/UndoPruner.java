package dev.mulligan.host.workspace.store;

import dev.mulligan.host.Actor;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.apply.UndoJournal;
import dev.mulligan.host.workspace.apply.UndoRetention;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets what is too much of the past, the oldest first, and says so in the record. */
final class UndoPruner {
    private static final Logger logger = LoggerFactory.getLogger(UndoPruner.class);

    private final UndoJournal journal;
    private final AuditLog audit;
    private final UndoRetention retention;
    private final Sweep sweep;

    UndoPruner(UndoJournal journal, AuditLog audit, UndoRetention retention, Sweep sweep) {
        this.journal = journal;
        this.audit = audit;
        this.retention = retention;
        this.sweep = sweep;
    }

    /** Removes content that nobody needs. */
    interface Sweep {
        boolean run() throws IOException;
    }

    /** After each apply; the apply counts even if this fails. */
    void prune(List<ApplyOutcome> outcomes) {
        try {
            List<JournalEntry> entries = journal.entries();
            List<JournalEntry> gone = retention.exceeding(entries);
            for (JournalEntry entry : gone) {
                audit.append(AuditEvent.of("changes.undo_forgotten", Actor.HOST)
                        .withTask(entry.task())
                        .withDetails(Map.of("apply", String.valueOf(entry.number()))));
                journal.forget(entry.number());
            }
            if (outcomes.stream().anyMatch(ApplyOutcome.Applied.class::isInstance)) {
                sayIfTooLarge(kept(entries, gone));
            }
            // Of a plan that was not carried out, what was there is kept for nobody.
            if (!gone.isEmpty() || outcomes.stream().anyMatch(outcome -> !(outcome instanceof ApplyOutcome.Applied))) {
                var _ = sweep.run();
            }
        } catch (IOException | RuntimeException failure) {
            logger.warn("what can be undone was not cut to size; that is tried again after the next apply", failure);
        }
    }

    private static List<JournalEntry> kept(List<JournalEntry> entries, List<JournalEntry> gone) {
        return entries.stream().filter(entry -> !gone.contains(entry)).toList();
    }

    /** The minimum stays whatever its size; that it takes more than it may must not go unseen. */
    private void sayIfTooLarge(List<JournalEntry> kept) {
        if (retention.excess(kept) > 0) {
            audit.append(AuditEvent.of("changes.undo_over_size", Actor.HOST)
                    .withDetails(Map.of(
                            "applies",
                            String.valueOf(kept.size()),
                            "bytes",
                            String.valueOf(retention.bytes() + retention.excess(kept)),
                            "size",
                            String.valueOf(retention.bytes()))));
        }
    }
}
