package dev.mulligan.host.workspace.store;

import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.text.Text;
import dev.mulligan.host.workspace.text.TextDiff;
import java.util.Locale;
import java.util.Optional;

/**
 * How a change looks.
 *
 * @param text for files that people read line by line; its hunks can be applied one by one
 * @param summary for all: "binary, 12 KiB → 14 KiB", "mode 644 → 755"; of what is new, a mode that is not usual; of files
 *     that are too large to tell what they are, that
 */
public record FileDiff(Change change, Optional<TextDiff> text, String summary) {
    private static final String NOTHING = "nothing";

    static FileDiff of(Change change, Optional<TextDiff> text) {
        boolean files = change.before().orElse(change.after().orElse(null)) instanceof FolderEntry.File
                && change.after().orElse(change.before().orElse(null)) instanceof FolderEntry.File;
        if (text.isPresent() || !files) {
            return new FileDiff(change, text, summary(change));
        }
        return new FileDiff(
                change,
                text,
                isLarge(change.before()) || isLarge(change.after())
                        ? summary(change) + ", too large to be compared line by line"
                        : "binary, " + summary(change));
    }

    private static boolean isLarge(Optional<FolderEntry> entry) {
        return entry.orElse(null) instanceof FolderEntry.File file && file.size() > Text.MAXIMUM_BYTES;
    }

    /** The same without a look at the content: "12 KiB → 14 KiB". */
    public static String summary(Change change) {
        String before = change.before().map(FileDiff::describe).orElse(NOTHING);
        String after = change.after().map(FileDiff::describe).orElse(NOTHING);
        return before + " → " + after + modes(change);
    }

    private static String describe(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File file -> size(file.size());
            case FolderEntry.Directory _ -> "directory";
            case FolderEntry.Link link -> "link to " + link.target();
        };
    }

    /** What changes of the mode of a text whose lines change, too: "mode 644 → 755"; empty: nothing. */
    public Optional<String> modeHunk() {
        boolean lines = text.filter(diff -> !diff.hunks().isEmpty()).isPresent();
        return change instanceof Change.Modified && lines
                ? Optional.of(modes(change).replace(", ", "")).filter(mode -> !mode.isEmpty())
                : Optional.empty();
    }

    private static String modes(Change change) {
        int before = change.before().map(FileDiff::mode).orElse(-1);
        int after = change.after().map(FileDiff::mode).orElse(-1);
        if (change instanceof Change.Created(RelativePath _, FolderEntry entry)) {
            int usual = entry instanceof FolderEntry.Directory ? 0755 : 0644;
            return after < 0 || after == usual ? "" : ", mode %03o".formatted(after);
        }
        return before < 0 || after < 0 || before == after ? "" : ", mode %03o → %03o".formatted(before, after);
    }

    private static int mode(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File file -> file.mode();
            case FolderEntry.Directory directory -> directory.mode();
            case FolderEntry.Link _ -> -1;
        };
    }

    /** To three digits at most. */
    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        int unit = -1;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(
                Locale.ROOT, value < 10 && value != Math.floor(value) ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }
}
