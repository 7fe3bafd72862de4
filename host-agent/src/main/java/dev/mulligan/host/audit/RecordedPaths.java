package dev.mulligan.host.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Paths in the record: as the detail {@code paths}, apart by a comma and a space, as queries by path look for them; in a
 * path itself that space is shown as {@code \x20}, so that no name can pose as two paths. One
 * entry holds no more than so much text, so many paths need several entries.
 */
public final class RecordedPaths {
    private static final String BETWEEN = ", ";

    private RecordedPaths() {}

    /** The paths in order, as many texts as it takes; none if there are no paths. */
    public static List<String> texts(Collection<String> paths) {
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String one : paths) {
            String path = one.replace(BETWEEN, ",\\x20");
            if (!text.isEmpty() && text.length() + BETWEEN.length() + path.length() > EntryFormat.LONGEST_TEXT) {
                texts.add(text.toString());
                text.setLength(0);
            }
            text.append(text.isEmpty() ? "" : BETWEEN).append(path);
        }
        if (!text.isEmpty()) {
            texts.add(text.toString());
        }
        return texts;
    }
}
