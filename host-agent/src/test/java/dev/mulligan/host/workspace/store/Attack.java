package dev.mulligan.host.workspace.store;

import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import java.io.IOException;

/**
 * One change set that means harm.
 *
 * @param before what somebody does to the host's folder after it was packed
 * @param asked how the folder is, if it is applied
 */
record Attack(
        String name, Iterable<? extends UpperEntry> entries, UpperContent content, Work before, End end, Work asked) {
    interface Work {
        void run(ChangesFixture changes) throws IOException;
    }

    /** What must come of it. */
    enum End {
        SET_REFUSED,
        PATH_REFUSED,
        CONFLICT,
        APPLIED
    }

    static Attack of(String name, FakeTask task, End end) {
        return new Attack(name, task.entries(), task, _ -> {}, end, _ -> {});
    }

    static Attack of(String name, Iterable<? extends UpperEntry> entries, End end) {
        return new Attack(name, entries, new FakeTask(), _ -> {}, end, _ -> {});
    }

    Attack after(Work meddling) {
        return new Attack(name, entries, content, meddling, end, asked);
    }

    Attack leaving(Work check) {
        return new Attack(name, entries, content, before, end, check);
    }

    @Override
    public String toString() {
        return name;
    }
}
