package dev.mulligan.host.workspace.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.TaskId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How much of the past is kept. */
final class UndoRetentionTest {
    @Test
    void theOldestGoByCount() {
        assertThat(gone(new UndoRetention(2, 3, Long.MAX_VALUE), entries(5, 1))).containsExactly(1L, 2L);
        assertThat(gone(new UndoRetention(2, 3, Long.MAX_VALUE), entries(3, 1))).isEmpty();
    }

    @Test
    void theOldestGoBySizeButNeverBelowTheMinimum() {
        assertThat(gone(new UndoRetention(2, 100, 350), entries(5, 100))).containsExactly(1L, 2L);
        assertThat(gone(new UndoRetention(2, 100, 0), entries(5, 100))).containsExactly(1L, 2L, 3L);
        assertThat(gone(new UndoRetention(2, 100, 0), entries(2, 100))).isEmpty();
    }

    @Test
    void whatIsNotAtItsEndStays() {
        JournalEntry cutOff = entry(0, 1, ApplyState.MOVING);
        List<JournalEntry> entries = new java.util.ArrayList<>(entries(5, 1));
        entries.addFirst(cutOff);
        assertThat(gone(new UndoRetention(1, 1, 0), entries)).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    private static List<Long> gone(UndoRetention retention, List<JournalEntry> entries) {
        return retention.exceeding(entries).stream().map(JournalEntry::number).toList();
    }

    private static List<JournalEntry> entries(int count, long bytes) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(number -> entry(number, bytes, ApplyState.DONE))
                .toList();
    }

    private static JournalEntry entry(long number, long bytes, ApplyState state) {
        return new JournalEntry(
                number,
                new TaskId("task"),
                Optional.empty(),
                Path.of("/folder"),
                ".mulligan-apply-x",
                Optional.empty(),
                state,
                Instant.EPOCH,
                bytes,
                List.of());
    }
}
