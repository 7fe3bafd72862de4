package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.linux.FileStatus;
import java.util.List;
import java.util.Map;

/**
 * What an apply will do, and what keeps it from being done.
 *
 * @param steps in the order of their paths; paths that are as they should be have none
 * @param conflicts if there are any, nothing is done at all
 * @param seen of what each step replaces, by its number: to notice if it is another one at the last moment
 * @param times of the directories in which names change and that are there before and after
 */
record Plan(List<Step> steps, List<Conflict> conflicts, Map<Integer, FileStatus> seen, List<FolderTime> times) {
    Plan {
        steps = List.copyOf(steps);
        conflicts = List.copyOf(conflicts);
        seen = Map.copyOf(seen);
        times = List.copyOf(times);
    }
}
