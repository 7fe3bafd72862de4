package dev.mulligan.host.workspace.apply;

import java.util.List;

/** What came of an apply or an undo that was tried. */
public sealed interface ApplyOutcome {
    /**
     * All of it is in the folder, and on its disk.
     *
     * @param number by which it can be undone
     */
    record Applied(long number, List<Step> steps) implements ApplyOutcome {
        public Applied {
            steps = List.copyOf(steps);
        }
    }

    /** The folder was like that already. */
    record Nothing() implements ApplyOutcome {}

    /** The folder has changed, and nothing was done. */
    record Conflicted(List<Conflict> conflicts) implements ApplyOutcome {
        public Conflicted {
            conflicts = List.copyOf(conflicts);
        }
    }

    /** Nothing was done in this folder, as another one of the same apply has changed. */
    record HeldBack() implements ApplyOutcome {}
}
