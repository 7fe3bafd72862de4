package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.RecordedPaths;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes folders, all or nothing: what was there is kept and the record written first; then everything is written aside
 * and moved into place; and if that is cut off at any moment, by an error, a kill or a power cut, the next start of it
 * all takes it back ({@link #recover}). Not safe for use by several threads: whoever owns it lets one in at a time.
 */
public final class Applier {
    private static final Logger logger = LoggerFactory.getLogger(Applier.class);
    private static final String STAGING = ".mulligan-apply-";

    private final OpenDirectories directories;
    private final ContentStore content;
    private final UndoJournal journal;
    private final AuditLog audit;
    private final Clock clock;

    public Applier(
            OpenDirectories directories, ContentStore content, UndoJournal journal, AuditLog audit, Clock clock) {
        this.directories = directories;
        this.content = content;
        this.journal = journal;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Carries it out.
     *
     * @throws HostException {@code FILE_CONFLICT} if somebody edited a path at that very moment, {@code FILE_DENIED},
     *     {@code HOST_DISK_FULL}, …; the folder is as it was
     */
    public ApplyOutcome apply(Order order) {
        requireSettled(order.folder());
        requireReal(order.folder());
        try (GrantedFolder folder = new GrantedFolder(directories.open(order.folder()))) {
            Plan plan = new Planner(folder, content, order.wishes()).plan();
            if (!plan.conflicts().isEmpty()) {
                return new ApplyOutcome.Conflicted(plan.conflicts());
            }
            if (plan.steps().isEmpty()) {
                journal.unchanged(order.also());
                return new ApplyOutcome.Nothing();
            }
            content.sync();
            return carryOut(order, folder, plan);
        } catch (IOException failure) {
            throw failed(order.folder(), failure);
        }
    }

    /** The folder that was granted was none behind a link. */
    private static void requireReal(Path folder) {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException gone) {
            throw failed(folder, gone);
        }
        if (!real.equals(folder)) {
            throw HostException.of(HostErrorCode.FILE_CONFLICT, "folder that is behind a link now")
                    .value(folder + " is " + real)
                    .expected("the folder that was granted")
                    .remedy("put it back where it was, and try again")
                    .build();
        }
    }

    private ApplyOutcome carryOut(Order order, GrantedFolder folder, Plan plan) throws IOException {
        record("changes." + order.kind(), order, plan.steps());
        JournalEntry entry = begin(order, plan);
        Staging staging = new Staging(folder, entry.staging());
        boolean moved = false;
        try {
            Transaction transaction = new Transaction(folder, content, staging, plan);
            transaction.stage();
            journal.moving(entry.number());
            moved = true;
            transaction.move();
            entry = entry.withTimes(FolderTimes.settled(folder, plan, order.times()));
            transaction.sync();
            journal.applied(entry, plan.steps().stream().map(Step::path).collect(Collectors.toSet()), order.also());
        } catch (IOException | RuntimeException failure) {
            takeBackAfter(failure, entry, folder, plan, moved);
            throw failure;
        }
        clean(entry, folder);
        return new ApplyOutcome.Applied(entry.number(), plan.steps());
    }

    /** Whatever that comes to: what went wrong first is what people hear of. */
    private void takeBackAfter(Exception failure, JournalEntry entry, GrantedFolder folder, Plan plan, boolean moved) {
        try {
            takeBack(entry.withTimes(plan.times()), folder, plan.steps(), moved);
            recordTakenBack(entry);
        } catch (IOException | RuntimeException second) {
            logger.error("apply {} in {} is taken back at the next start", entry.number(), entry.folder(), second);
            failure.addSuppressed(second);
        }
    }

    private JournalEntry begin(Order order, Plan plan) {
        long bytes = plan.steps().stream()
                .mapToLong(step -> step.before() instanceof PathState.File file ? file.size() : 0)
                .sum();
        JournalEntry entry = new JournalEntry(
                0,
                order.task(),
                order.changeSet(),
                order.folder(),
                STAGING + UUID.randomUUID().toString().substring(0, 13),
                order.undoes(),
                ApplyState.STAGING,
                clock.instant(),
                bytes,
                plan.times());
        return entry.withNumber(journal.begin(entry, plan.steps()));
    }

    /**
     * Settles what was cut off; at every start, before anything else is applied. What cannot be settled (its folder is
     * not there at the moment) waits for the next start, and keeps that folder closed.
     */
    public void recover() {
        for (JournalEntry entry : journal.entries()) {
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
    private void clean(JournalEntry entry, GrantedFolder folder) {
        try {
            Staging staging = new Staging(folder, entry.staging());
            staging.remove();
            FolderTimes.finish(folder, entry.times());
            folder.root().sync();
            journal.done(entry.number());
        } catch (IOException failure) {
            logger.warn("{} in {} was not removed yet", entry.staging(), entry.folder(), failure);
        }
    }

    private void requireSettled(Path folder) {
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

    private void record(String kind, Order order, List<Step> steps) {
        List<String> paths =
                steps.stream().map(step -> order.folder() + "/" + step.path()).toList();
        for (String text : RecordedPaths.texts(paths)) {
            audit.append(AuditEvent.of(kind, order.actor())
                    .withTask(order.task())
                    .withDetails(Map.of(
                            "change_set", order.changeSet().orElse(""),
                            "folder", order.folder().toString(),
                            "count", String.valueOf(steps.size()),
                            "paths", text,
                            "undoes", order.undoes().map(String::valueOf).orElse(""))));
        }
    }

    private static HostException failed(Path folder, IOException failure) {
        HostErrorCode code = switch (failure) {
            case EditedException _ -> HostErrorCode.FILE_CONFLICT;
            case KernelException kernel when isFull(kernel.errno()) -> HostErrorCode.HOST_DISK_FULL;
            case KernelException kernel when GrantedFolder.isMissing(kernel) -> HostErrorCode.NO_SUCH_FILE;
            default -> HostErrorCode.FILE_DENIED;
        };
        return HostException.of(code, "folder that cannot be changed")
                .value(folder + ": " + failure.getMessage())
                .expected(
                        "a folder on a file system like ext4, XFS, Btrfs or tmpfs, which nobody else changes meanwhile")
                .remedy("it is as it was before; try again")
                .cause(failure)
                .build();
    }

    private static boolean isFull(Errno errno) {
        return errno == Errno.ENOSPC || errno == Errno.EDQUOT;
    }
}
