package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One folder's part in an apply, held open from the plan to the end. Errors are told as those of its folder. */
final class FolderApply implements AutoCloseable {
    private static final String STAGING = ".mulligan-apply-";

    private final Order order;
    private final GrantedFolder folder;
    private final Plan plan;
    private @Nullable JournalEntry entry;
    private @Nullable Transaction transaction;

    private FolderApply(Order order, GrantedFolder folder, Plan plan) {
        this.order = order;
        this.folder = folder;
        this.plan = plan;
    }

    /** Looks at the folder, and changes nothing. */
    static FolderApply plan(Order order, OpenDirectories directories, ContentStore content) {
        try {
            requireReal(order.folder());
            GrantedFolder folder = new GrantedFolder(directories.open(order.folder()));
            try {
                return new FolderApply(order, folder, new Planner(folder, content, order.wishes()).plan());
            } catch (IOException | RuntimeException failure) {
                folder.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw FolderFailure.of(order.folder(), failure);
        }
    }

    /** The folder that was granted was none behind a link. */
    private static void requireReal(Path folder) throws IOException {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException gone) {
            throw FolderFailure.of(folder, gone);
        }
        if (!real.equals(folder)) {
            throw HostException.of(HostErrorCode.FILE_CONFLICT, "folder that is behind a link now")
                    .value(folder + " is " + real)
                    .expected("the folder that was granted")
                    .remedy("put it back where it was, and try again")
                    .build();
        }
    }

    Order order() {
        return order;
    }

    GrantedFolder folder() {
        return folder;
    }

    Plan plan() {
        return plan;
    }

    /** As the journal has it since it was begun; with all times as soon as it was moved. */
    JournalEntry entry() {
        return Objects.requireNonNull(entry, "expected: to be begun first");
    }

    boolean isBarred() {
        return !plan.conflicts().isEmpty();
    }

    boolean changesSomething() {
        return !plan.steps().isEmpty();
    }

    /** Writes down in the journal what is going to happen. */
    void begin(UndoJournal journal, Handle handle, Instant now) {
        long bytes = plan.steps().stream()
                .mapToLong(step -> step.before() instanceof PathState.File file ? file.size() : 0)
                .sum();
        JournalEntry begun = new JournalEntry(
                0,
                order.task(),
                order.changeSet(),
                order.folder(),
                STAGING + UUID.randomUUID().toString().substring(0, 13),
                order.undoes(),
                ApplyState.STAGING,
                now,
                bytes,
                plan.times());
        entry = begun.withNumber(journal.begin(handle, begun, plan.steps()));
    }

    void stage(ContentStore content) {
        Transaction begun = new Transaction(folder, content, new Staging(folder, entry().staging()), plan);
        transaction = begun;
        attempt(begun::stage);
    }

    /** Afterwards everything is in its place and on the disk. */
    void move() {
        Transaction staged = transaction;
        if (staged == null) {
            throw new IllegalStateException("move of " + order.folder() + " (expected: to be staged first)");
        }
        attempt(() -> {
            staged.move();
            entry = entry().withTimes(FolderTimes.settled(folder, plan, order.times()));
            staged.sync();
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private void attempt(Work work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw FolderFailure.of(order.folder(), failure);
        }
    }

    /** Of an apply that went well. */
    ApplyOutcome done() {
        return changesSomething()
                ? new ApplyOutcome.Applied(entry().number(), plan.steps())
                : new ApplyOutcome.Nothing();
    }

    /** Of one of which some folder has changed. */
    ApplyOutcome barred() {
        return isBarred() ? new ApplyOutcome.Conflicted(plan.conflicts()) : new ApplyOutcome.HeldBack();
    }

    @Override
    public void close() {
        attempt(folder::close);
    }
}
