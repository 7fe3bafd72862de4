package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of an apply: cleaned up after it counts, taken back before; by who began it, or at the next start. */
final class Settling {
    private static final Logger logger = LoggerFactory.getLogger(Settling.class);

    private final OpenDirectories directories;
    private final UndoJournal journal;
    private final AuditLog audit;

    Settling(OpenDirectories directories, UndoJournal journal, AuditLog audit) {
        this.directories = directories;
        this.journal = journal;
        this.audit = audit;
    }

    /** All that was cut off, the newest first: it may stand on what an older one of the same apply did. */
    void recover() {
        for (JournalEntry entry : journal.entries().reversed()) {
            if (entry.state() == ApplyState.DONE) {
                continue;
            }
            try (GrantedFolder folder = new GrantedFolder(directories.open(entry.folder()))) {
                if (entry.state() == ApplyState.APPLIED) {
                    clean(entry, folder);
                } else {
                    recordTakenBack(entry);
                    takeBack(entry, folder, journal.steps(entry.number()), entry.state() == ApplyState.MOVING);
                }
            } catch (IOException failure) {
                logger.warn(
                        "apply {} was cut off in {} and cannot be settled yet",
                        entry.number(),
                        entry.folder(),
                        failure);
            }
        }
    }

    /** Whatever that comes to: what went wrong first is what people hear of. */
    void takeBackAfter(RuntimeException failure, FolderApply part, boolean moved) {
        JournalEntry entry = part.entry();
        try {
            takeBack(
                    entry.withTimes(part.plan().times()),
                    part.folder(),
                    part.plan().steps(),
                    moved);
            recordTakenBack(entry);
        } catch (IOException | RuntimeException second) {
            logger.error("apply {} in {} is taken back at the next start", entry.number(), entry.folder(), second);
            failure.addSuppressed(second);
        }
    }

    private void takeBack(JournalEntry entry, GrantedFolder folder, List<Step> steps, boolean moved)
            throws IOException {
        List<RelativePath> left =
                new Rollback(folder, new Staging(folder, entry.staging()), steps, entry.times()).run(moved);
        journal.rolledBack(entry.number(), Set.copyOf(left));
        if (!left.isEmpty()) {
            logger.warn(
                    "apply {} was taken back; these were left as somebody has changed them: {}", entry.number(), left);
        }
    }

    private void recordTakenBack(JournalEntry entry) {
        audit.append(AuditEvent.of("changes.taken_back", Actor.HOST)
                .withTask(entry.task())
                .withDetails(Map.of("apply", String.valueOf(entry.number()))));
    }

    /** It counts already: what fails here is tried again at the next start. */
    void clean(JournalEntry entry, GrantedFolder folder) {
        try {
            Staging staging = new Staging(folder, entry.staging());
            staging.remove();
            FolderTimes.finish(folder, entry.times());
            // Nobody looks for it once the journal says that it is gone.
            folder.root().sync();
            journal.done(entry.number());
        } catch (IOException failure) {
            logger.warn("{} in {} was not removed yet", entry.staging(), entry.folder(), failure);
        }
    }

    void requireSettled(Path folder) {
        for (JournalEntry entry : journal.entries()) {
            boolean open = entry.state() == ApplyState.STAGING || entry.state() == ApplyState.MOVING;
            if (open && entry.folder().equals(folder)) {
                throw HostException.of(HostErrorCode.FILE_CONFLICT, "folder with an apply that was cut off")
                        .value(folder)
                        .expected("apply " + entry.number() + " to be settled first")
                        .remedy("restart the host agent; its log says what keeps it from settling that")
                        .build();
            }
        }
    }
}
