package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.HostException;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.audit.RecordedPaths;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Changes folders, all or nothing: what was there is kept and the record written first; then everything is written aside
 * and moved into place; and if that is cut off at any moment, by an error, a kill or a power cut, the next start of it
 * all takes it back ({@link #recover}). Not safe for use by several threads: whoever owns it lets one in at a time.
 *
 * <p>Several folders are changed as one: the journal takes all of them from each state to the next in one transaction,
 * so that either all of them are taken back, or none.
 */
public final class Applier {
    private final OpenDirectories directories;
    private final ContentStore content;
    private final UndoJournal journal;
    private final AuditLog audit;
    private final Clock clock;
    private final Settling settling;

    public Applier(
            OpenDirectories directories, ContentStore content, UndoJournal journal, AuditLog audit, Clock clock) {
        this.directories = directories;
        this.content = content;
        this.journal = journal;
        this.audit = audit;
        this.clock = clock;
        this.settling = new Settling(directories, journal, audit);
    }

    /**
     * Carries all of them out, or none.
     *
     * @return what came of each, in their order
     * @throws HostException {@code FILE_CONFLICT} if somebody edited a path at that very moment, {@code FILE_DENIED},
     *     {@code HOST_DISK_FULL}, …; the folders are as they were
     */
    public List<ApplyOutcome> apply(List<Order> orders) {
        orders.forEach(order -> settling.requireSettled(order.folder()));
        List<FolderApply> parts = new ArrayList<>();
        try {
            for (Order order : orders) {
                parts.add(FolderApply.plan(order, directories, content));
            }
            if (parts.stream().anyMatch(FolderApply::isBarred)) {
                return parts.stream().map(FolderApply::barred).toList();
            }
            carryOut(parts);
            return parts.stream().map(FolderApply::done).toList();
        } finally {
            parts.forEach(FolderApply::close);
        }
    }

    private void carryOut(List<FolderApply> all) {
        List<FolderApply> parts =
                all.stream().filter(FolderApply::changesSomething).toList();
        if (parts.isEmpty()) {
            journal.together(handle -> keep(handle, all));
            return;
        }
        sync(parts.getFirst().order());
        parts.forEach(this::record);
        journal.together(handle -> begin(handle, parts));
        boolean moved = false;
        try {
            parts.forEach(part -> part.stage(content));
            journal.together(handle -> moving(handle, parts));
            moved = true;
            parts.forEach(FolderApply::move);
            journal.together(handle -> applied(handle, parts) && keep(handle, all));
        } catch (RuntimeException failure) {
            for (FolderApply part : parts.reversed()) {
                settling.takeBackAfter(failure, part, moved);
            }
            throw failure;
        }
        parts.forEach(part -> settling.clean(part.entry(), part.folder()));
    }

    private void sync(Order order) {
        try {
            content.sync();
        } catch (IOException failure) {
            throw FolderFailure.of(order.folder(), failure);
        }
    }

    private boolean begin(Handle handle, List<FolderApply> parts) {
        parts.forEach(part -> part.begin(journal, handle, clock.instant()));
        return true;
    }

    private boolean moving(Handle handle, List<FolderApply> parts) {
        parts.forEach(part -> journal.moving(handle, part.entry().number()));
        return true;
    }

    private boolean applied(Handle handle, List<FolderApply> parts) {
        for (FolderApply part : parts) {
            Set<RelativePath> paths =
                    part.plan().steps().stream().map(Step::path).collect(Collectors.toSet());
            journal.applied(handle, part.entry(), paths);
        }
        return true;
    }

    /** What others keep of it. */
    private static boolean keep(Handle handle, List<FolderApply> all) {
        all.forEach(part -> part.order().also().run(handle));
        return true;
    }

    /**
     * Settles what was cut off; at every start, before anything else is applied. What cannot be settled (its folder is
     * not there at the moment) waits for the next start, and keeps that folder closed.
     */
    public void recover() {
        settling.recover();
    }

    private void record(FolderApply part) {
        Order order = part.order();
        List<Step> steps = part.plan().steps();
        List<String> paths =
                steps.stream().map(step -> order.folder() + "/" + step.path()).toList();
        for (String text : RecordedPaths.texts(paths)) {
            audit.append(AuditEvent.of("changes." + order.kind(), order.actor())
                    .withTask(order.task())
                    .withDetails(Map.of(
                            "change_set", order.changeSet().orElse(""),
                            "folder", order.folder().toString(),
                            "count", String.valueOf(steps.size()),
                            "paths", text,
                            "undoes", order.undoes().map(String::valueOf).orElse(""))));
        }
    }
}
