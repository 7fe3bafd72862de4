package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Printable;
import java.util.List;

/** What was created, modified and deleted below {@link HomeListing#HOME}; paths from there, sorted. */
record HomeChanges(List<String> created, List<String> modified, List<String> deleted) {
    private static final int SHOWN = 20;

    HomeChanges {
        created = List.copyOf(created);
        modified = List.copyOf(modified);
        deleted = List.copyOf(deleted);
    }

    /** {@code +2 ~1 -0}. */
    String brief() {
        return "+" + created.size() + " ~" + modified.size() + " -" + deleted.size();
    }

    /** A line for each of the first paths, indented. */
    String lines() {
        StringBuilder text = new StringBuilder();
        add(text, "+", created);
        add(text, "~", modified);
        add(text, "-", deleted);
        return text.toString();
    }

    private static void add(StringBuilder text, String mark, List<String> paths) {
        paths.stream()
                .limit(SHOWN)
                .forEach(path -> text.append("  ")
                        .append(mark)
                        .append(' ')
                        .append(Printable.of(path))
                        .append('\n'));
        if (paths.size() > SHOWN) {
            text.append("  ")
                    .append(mark)
                    .append(" and ")
                    .append(paths.size() - SHOWN)
                    .append(" more\n");
        }
    }
}
