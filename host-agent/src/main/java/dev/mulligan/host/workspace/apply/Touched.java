package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.RelativePath;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The directories that steps change: their names, or the attributes of the directory itself. */
final class Touched {
    private Touched() {}

    /**
     * Those that are there afterwards, the folder itself as empty.
     *
     * @param afterwards what a step leaves: what it was to bring, or what was there before if it is taken back
     */
    static Set<Optional<RelativePath>> directories(List<Step> steps, Function<Step, PathState> afterwards) {
        Set<Optional<RelativePath>> directories = new LinkedHashSet<>();
        for (Step step : steps) {
            directories.add(step.path().parent());
            if (afterwards.apply(step).isDirectory()) {
                directories.add(Optional.of(step.path()));
            }
        }
        for (Step step : steps) {
            if (!afterwards.apply(step).isDirectory()) {
                directories.remove(Optional.of(step.path()));
            }
        }
        return directories;
    }
}
