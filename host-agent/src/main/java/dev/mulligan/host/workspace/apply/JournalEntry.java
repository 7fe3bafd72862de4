package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.TaskId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One apply, as the undo journal has it.
 *
 * @param number counts up
 * @param changeSet where the changes came from
 * @param staging name of the directory in the folder
 * @param undoes the apply that this one takes back
 * @param bytes of all files that it replaced or removed
 */
public record JournalEntry(
        long number,
        TaskId task,
        Optional<String> changeSet,
        Path folder,
        String staging,
        Optional<Long> undoes,
        ApplyState state,
        Instant started,
        long bytes,
        List<FolderTime> times) {
    public JournalEntry {
        times = List.copyOf(times);
    }

    JournalEntry withNumber(long given) {
        return new JournalEntry(given, task, changeSet, folder, staging, undoes, state, started, bytes, times);
    }

    JournalEntry withTimes(List<FolderTime> noted) {
        return new JournalEntry(number, task, changeSet, folder, staging, undoes, state, started, bytes, noted);
    }
}
