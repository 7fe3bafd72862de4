package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Something to apply.
 *
 * @param folder absolute
 * @param kind for the record: "apply", "undo"
 * @param changeSet where the changes come from
 * @param undoes the apply that is taken back
 * @param times of the apply that is taken back: directories get them back, unless somebody changed them since
 * @param also what others keep of it; runs in the transaction that makes the apply count
 */
public record Order(
        Path folder,
        TaskId task,
        Actor actor,
        String kind,
        Optional<String> changeSet,
        Optional<Long> undoes,
        List<? extends Wish> wishes,
        List<FolderTime> times,
        Store.Work<?> also) {
    public Order {
        wishes = List.copyOf(wishes);
        times = List.copyOf(times);
    }
}
