package dev.mulligan.host.workspace.text;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a text that other lines take the place of; all from 0, ends excluded. Between two edits the texts are equal.
 *
 * <p>The algorithm is Myers's (An O(ND) Difference Algorithm, 1986), as java-diff-utils has it, in its form that needs memory for the lines only.
 */
record Edit(int oldStart, int oldEnd, int newStart, int newEnd) {
    /**
     * Differences are looked for where the product of both texts' lines, without equal beginnings and ends, is at most
     * this; beyond it all of them are one edit. Nobody reads that difference, and it would cost minutes.
     */
    private static final long EFFORT = 16_000_000;

    /** What makes {@code after} of {@code before}, in order. */
    static List<Edit> between(Text before, Text after) {
        List<String> old = before.lines();
        List<String> fresh = after.lines();
        int head = 0;
        int most = Math.min(old.size(), fresh.size());
        while (head < most && old.get(head).equals(fresh.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < most - head && old.get(old.size() - 1 - tail).equals(fresh.get(fresh.size() - 1 - tail))) {
            tail++;
        }
        int oldEnd = old.size() - tail;
        int newEnd = fresh.size() - tail;
        if (head == oldEnd && head == newEnd) {
            return List.of();
        }
        if (head == oldEnd || head == newEnd || (long) (oldEnd - head) * (newEnd - head) > EFFORT) {
            return List.of(new Edit(head, oldEnd, head, newEnd));
        }
        List<Edit> edits = new ArrayList<>();
        for (AbstractDelta<String> delta : DiffUtils.diff(
                        old.subList(head, oldEnd), fresh.subList(head, newEnd), new MyersDiffWithLinearSpace<>())
                .getDeltas()) {
            int oldStart = head + delta.getSource().getPosition();
            int newStart = head + delta.getTarget().getPosition();
            append(
                    edits,
                    new Edit(
                            oldStart,
                            oldStart + delta.getSource().size(),
                            newStart,
                            newStart + delta.getTarget().size()));
        }
        return edits;
    }

    /** Edits that touch are one. */
    private static void append(List<Edit> edits, Edit edit) {
        if (!edits.isEmpty()
                && edits.getLast().oldEnd() == edit.oldStart()
                && edits.getLast().newEnd() == edit.newStart()) {
            Edit last = edits.removeLast();
            edits.add(new Edit(last.oldStart(), edit.oldEnd(), last.newStart(), edit.newEnd()));
        } else {
            edits.add(edit);
        }
    }
}
