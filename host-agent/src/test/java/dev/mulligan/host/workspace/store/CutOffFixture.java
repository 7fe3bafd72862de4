package dev.mulligan.host.workspace.store;

import static dev.mulligan.host.workspace.store.ChangesFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostException;
import dev.mulligan.host.task.CrashingStore;
import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.ApplyState;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;

/** A folder, a change set with every kind of change for it, and host agents that end in the middle of carrying it out. */
final class CutOffFixture {
    /** What a host agent is at when it ends. */
    interface Work {
        void run(StoredChangeSets sets);
    }

    /** Opens the change sets, in which it is settled what was cut off. */
    static final Work NOTHING = _ -> {};

    private final Path untouched;
    private final Path pending;
    private final Path done;
    private final Path work;
    private final ChangeSetId id;
    private final Map<String, String> after;
    private Map<String, String> start = Map.of();
    private int settled;

    CutOffFixture(Path directory) throws IOException {
        untouched = directory.resolve("untouched");
        pending = directory.resolve("pending");
        done = directory.resolve("done");
        work = Files.createDirectory(directory.resolve("work"));
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            changes.write("a.txt", "one\ntwo\n");
            changes.write("mode.sh", "#!/bin/sh\n");
            changes.write("sub/deep/b.bin", "b\0");
            changes.write("sub/c.txt", "c\n");
            changes.write("file-to-directory", "file\n");
            changes.write("directory-to-file/d.txt", "d\n");
            changes.write("old-name", "moves\n");
            changes.write("names-only/stays", "stays\n");
            Files.createSymbolicLink(changes.file("link"), Path.of("a.txt"));
            giveAway(changes.file("a.txt"));
        }
        Trees.copy(work, untouched);
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            id = changes.record(changes.pack(), task());
        }
        Trees.copy(work, pending);
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            changes.applyAll(id);
            after = Trees.content(changes.folder);
        }
        Trees.copy(work, done);
    }

    static FakeTask task() {
        return new FakeTask()
                .write("a.txt", "one\n2\n")
                .write("mode.sh", "#!/bin/sh\n", 0755)
                .remove("sub/deep")
                .makeDirectory("sub", 0700)
                .write("file-to-directory/inside", "inside\n")
                .replaceDirectory("file-to-directory")
                .write("directory-to-file", "file now\n")
                .remove("old-name")
                .write("new/name", "moves\n")
                .write("names-only/comes", "comes\n")
                .link("link", "mode.sh")
                .link("new/link", "../a.txt");
    }

    /** Owner and attributes, where this machine has that: then an apply has to set them. */
    private static void giveAway(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 12345);
            Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                    .write("note", ByteBuffer.wrap(new byte[] {1}));
        } catch (IOException | UnsupportedOperationException without) {
            // Some system calls fewer.
        }
    }

    /** There is no change set yet. */
    void restoreUntouched() throws IOException {
        restore(untouched);
    }

    /** Its changes wait. */
    void restorePending() throws IOException {
        restore(pending);
    }

    /** They are applied. */
    void restoreApplied() throws IOException {
        restore(done);
    }

    private void restore(Path from) throws IOException {
        Trees.copy(from, work);
        start = folder(work);
    }

    ApplyOutcome apply(StoredChangeSets sets) {
        return sets.apply(id, Selection.ALL, ACTOR);
    }

    void takeOver(StoredChangeSets sets) {
        FakeTask task = task();
        Path folder = work.resolve("folder");
        var _ = sets.record(
                ChangesFixture.TASK,
                folder,
                ChangesFixture.pack(folder),
                task.entries().iterator(),
                task,
                ChangesFixture.ALL_ASK,
                ACTOR);
    }

    ApplyOutcome undo(StoredChangeSets sets) {
        return sets.undo(1, List.of(), false, ACTOR);
    }

    /** Whether it was killed; else it came to its end. */
    boolean killed(Killer killer, OpenDirectories directories, Work at) throws IOException {
        return killed(work, killer, directories, at);
    }

    /** The same of a host agent with its state in {@code work}. */
    static boolean killed(Path work, Killer killer, OpenDirectories directories, Work at) throws IOException {
        try (ChangesFixture changes = ChangesFixture.unopened(work)) {
            at.run(changes.open(new CrashingStore(changes.store, killer), directories));
        } catch (Crash | HostException end) {
            // As by kill -9: whatever it comes to, nothing of it runs any more.
            if (!killer.dead()) {
                throw end;
            }
        }
        return killer.dead();
    }

    /** After the next start it is as if that apply had never begun, or done; nothing is left, and the journal says so. */
    boolean assertApplySettled(String when) throws IOException {
        boolean applied;
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            Map<String, String> now = folder(work);
            applied = !now.equals(start);
            if (applied) {
                assertThat(Trees.content(changes.folder)).as(when).isEqualTo(after);
            }
            assertRecorded(changes, when, applied ? 1 : 0, applied ? ChangeState.APPLIED : ChangeState.PENDING);
            if (goesOn()) {
                var _ = changes.apply(id, Selection.ALL);
                assertThat(Trees.content(changes.folder)).as(when).isEqualTo(after);
                var _ = changes.undo(changes.sets.applies().getLast().number());
                assertThat(folder(work)).as(when).isEqualTo(folder(pending));
            }
        }
        return applied;
    }

    /** After the next start that undo has never begun, or it is done. */
    boolean assertUndoSettled(String when) throws IOException {
        boolean undone;
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            Map<String, String> now = folder(work);
            undone = !now.equals(start);
            if (undone) {
                assertThat(now).as(when).isEqualTo(folder(pending));
            }
            assertRecorded(changes, when, undone ? 2 : 1, undone ? ChangeState.PENDING : ChangeState.APPLIED);
            if (goesOn()) {
                var _ = changes.undo(undone ? 2 : 1);
                assertThat(folder(work)).as(when).isEqualTo(folder(undone ? done : pending));
            }
        }
        return undone;
    }

    /** A change set that was being taken over is there with all its content, or not at all. */
    void assertWholeOrUnknown(String when, boolean there) throws IOException {
        try (ChangesFixture changes = ChangesFixture.in(work)) {
            assertThat(folder(work)).as(when).isEqualTo(start);
            List<RecordedChangeSet> sets = changes.sets.ofTask(ChangesFixture.TASK);
            assertThat(sets.size()).as(when).isBetween(there ? 1 : 0, 1);
            assertThat(changes.contents()).as(when).isEqualTo(changes.contentsInUse());
            for (RecordedChangeSet set : sets) {
                changes.applyAll(set.id());
                assertThat(Trees.content(changes.folder)).as(when).isEqualTo(after);
            }
        }
    }

    /** Without the times of links, which no copy of them keeps. */
    private static Map<String, String> folder(Path of) throws IOException {
        Map<String, String> all = Trees.snapshot(of.resolve("folder"));
        all.replaceAll((_, what) -> what.startsWith("link ") ? what.substring(0, what.lastIndexOf(' ')) : what);
        return all;
    }

    /** Whether to see if it goes on from there, and all the way back: takes its time, and is the same again and again. */
    private boolean goesOn() {
        return settled++ % 5 == 0;
    }

    private void assertRecorded(ChangesFixture changes, String when, int applies, ChangeState state)
            throws IOException {
        assertThat(changes.sets.applies())
                .as(when)
                .hasSize(applies)
                .allMatch(entry -> entry.state() == ApplyState.DONE);
        assertThat(changes.sets.get(id).changes()).as(when).allMatch(change -> change.state() == state);
        assertThat(Trees.content(changes.outside)).as(when).hasSize(2);
        assertThat(changes.contents()).as(when).isEqualTo(changes.contentsInUse());
    }
}
