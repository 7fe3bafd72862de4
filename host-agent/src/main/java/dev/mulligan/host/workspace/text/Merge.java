package dev.mulligan.host.workspace.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Two changes of one text put together, as diff3(1) does it (Khanna, Kunal, Pierce: A Formal Investigation of Diff3,
 * 2007): where only one side changed lines, its lines are taken; where both changed the same or touching lines in
 * different ways, that is a conflict, shown with both sides between markers.
 *
 * @param text what comes out
 * @param conflicts how many; 0 if it can be used as it is
 */
public record Merge(Text text, int conflicts) {
    /** Merges what two sides made of {@code base}. */
    public static Merge of(Text base, Text mine, Text theirs) {
        return new Merger(base, mine, theirs).merge();
    }

    /** Whether both changes fit. */
    public boolean isClean() {
        return conflicts == 0;
    }

    private static final class Merger {
        private final Text base;
        private final Side mine;
        private final Side theirs;
        private final List<String> lines = new ArrayList<>();
        private int conflicts;

        Merger(Text base, Text mine, Text theirs) {
            this.base = base;
            this.mine = new Side(mine, Edit.between(base, mine));
            this.theirs = new Side(theirs, Edit.between(base, theirs));
        }

        Merge merge() {
            int at = 0;
            while (mine.hasNext() || theirs.hasNext()) {
                int start = Math.min(mine.nextStart(), theirs.nextStart());
                lines.addAll(base.lines().subList(at, start));
                int end = start;
                mine.begin();
                theirs.begin();
                // All edits that touch each other belong together.
                for (int last = -1; last != end; ) {
                    last = end;
                    end = Math.max(mine.takeUpTo(end), theirs.takeUpTo(end));
                }
                chunk(start, end);
                at = end;
            }
            lines.addAll(base.lines().subList(at, base.lines().size()));
            return new Merge(new Text(lines), conflicts);
        }

        private void chunk(int start, int end) {
            List<String> ours = mine.lines(start, end, base);
            List<String> other = theirs.lines(start, end, base);
            if (!theirs.changed() || ours.equals(other)) {
                lines.addAll(ours);
            } else if (!mine.changed()) {
                lines.addAll(other);
            } else {
                conflicts++;
                lines.add("<<<<<<< yours\n");
                ours.forEach(this::whole);
                lines.add("||||||| before\n");
                base.lines().subList(start, end).forEach(this::whole);
                lines.add("=======\n");
                other.forEach(this::whole);
                lines.add(">>>>>>> task\n");
            }
        }

        private void whole(String line) {
            lines.add(line.endsWith("\n") ? line : line + "\n");
        }
    }

    /** One side's edits, taken one after another. */
    private static final class Side {
        private final Text text;
        private final List<Edit> edits;
        private int next;
        private int first;

        Side(Text text, List<Edit> edits) {
            this.text = text;
            this.edits = edits;
        }

        boolean hasNext() {
            return next < edits.size();
        }

        int nextStart() {
            return hasNext() ? edits.get(next).oldStart() : Integer.MAX_VALUE;
        }

        void begin() {
            first = next;
        }

        boolean changed() {
            return first < next;
        }

        /** Takes the edits that begin at or before that line, and returns how far they reach. */
        int takeUpTo(int end) {
            int reach = end;
            while (nextStart() <= reach) {
                reach = Math.max(reach, edits.get(next).oldEnd());
                next++;
            }
            return reach;
        }

        /** What this side has in place of those lines of the base. */
        List<String> lines(int start, int end, Text base) {
            List<String> lines = new ArrayList<>();
            int at = start;
            for (Edit edit : edits.subList(first, next)) {
                lines.addAll(base.lines().subList(at, edit.oldStart()));
                lines.addAll(text.lines().subList(edit.newStart(), edit.newEnd()));
                at = edit.oldEnd();
            }
            lines.addAll(base.lines().subList(at, end));
            return lines;
        }
    }
}
