package dev.mulligan.host.workspace.apply;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of the past is kept. The oldest applies are forgotten while there are more than {@code most} or they hold
 * more than {@code bytes}; but {@code least} of them stay, however large they are.
 */
public record UndoRetention(int least, int most, long bytes) {
    /** 10 to 200, and up to 10 GiB. */
    public static final UndoRetention DEFAULT = new UndoRetention(10, 200, 10L << 30);

    public UndoRetention {
        if (least < 1 || most < least || bytes < 0) {
            throw new IllegalArgumentException(
                    "retention: %d, %d, %d (expected: 1 <= least <= most, bytes >= 0)".formatted(least, most, bytes));
        }
    }

    /** Those that are to be forgotten, of all there are, the oldest first. One that is not at its end always stays. */
    public List<JournalEntry> exceeding(List<JournalEntry> entries) {
        long held = held(entries);
        int count = entries.size();
        List<JournalEntry> gone = new ArrayList<>();
        for (JournalEntry entry : entries) {
            boolean tooMuch = count > most || (held > bytes && count > least);
            if (!tooMuch) {
                break;
            }
            if (entry.state() == ApplyState.DONE) {
                gone.add(entry);
                held -= entry.bytes();
                count--;
            }
        }
        return gone;
    }

    /** By how many bytes these hold more than they may; 0: by none. So it is where fewer than {@code least} would stay. */
    public long excess(List<JournalEntry> entries) {
        return Math.max(0, held(entries) - bytes);
    }

    private static long held(List<JournalEntry> entries) {
        return entries.stream().mapToLong(JournalEntry::bytes).sum();
    }
}
