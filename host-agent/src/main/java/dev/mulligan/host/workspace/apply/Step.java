package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;

/**
 * One path on its way from one state to another.
 *
 * @param number from 0, in the order of the paths
 */
public record Step(int number, RelativePath path, PathState before, PathState after) {
    public Step {
        if (before.matches(after) || before instanceof PathState.Special || after instanceof PathState.Special) {
            throw new IllegalArgumentException("step: " + before + " to " + after + " (expected: a change)");
        }
    }

    /** File or link for file or link: done by one exchange. */
    boolean exchanges() {
        return before.isLeaf() && after.isLeaf();
    }

    /** What was there is taken away before anything is put in its place. */
    boolean clears() {
        return !(before instanceof PathState.Absent) && !exchanges() && !keepsDirectory();
    }

    /** A directory stays one, with other attributes. */
    boolean keepsDirectory() {
        return before.isDirectory() && after.isDirectory();
    }
}
