package dev.mulligan.host.task;

import dev.mulligan.host.workspace.apply.Conflict;
import java.util.List;

/** Paths that were edited in a folder, for people. */
final class Conflicts {
    private static final int TOLD = 3;

    private Conflicts() {}

    /** The first few, and how many more. */
    static String text(List<Conflict> conflicts) {
        String some = String.join(
                ", ",
                conflicts.stream()
                        .limit(TOLD)
                        .map(conflict -> conflict.path().toString())
                        .toList());
        return conflicts.size() > TOLD ? some + " and " + (conflicts.size() - TOLD) + " more" : some;
    }
}
