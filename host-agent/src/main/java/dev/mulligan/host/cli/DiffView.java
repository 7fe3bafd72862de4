package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Colours;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One change for people, line by line. */
record DiffView(DiffChangesResponse diff, Colours colours) {
    /** One hunk, made safe to show. */
    static String hunk(DiffChangesResponse.Hunk hunk, Colours colours) {
        StringBuilder text = new StringBuilder();
        // By line feeds only: what else may end a line somewhere does not begin one that looks like the diff's own.
        for (String line : lines(hunk.getText().toStringUtf8())) {
            String safe = Printable.of(line.replace("\t", "    "));
            text.append(
                            switch (line.isEmpty() ? ' ' : line.charAt(0)) {
                                case '+' -> colours.good(safe);
                                case '-' -> colours.bad(safe);
                                case '@' -> colours.faint(safe);
                                default -> safe;
                            })
                    .append('\n');
        }
        return text.toString();
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }

    /** Which change it is, in one line. */
    String title() {
        Change change = diff.getChange();
        return colours.strong(change.getKind().name().toLowerCase(Locale.ROOT) + " " + ChangesView.path(change)) + "  "
                + Printable.of(change.getSummary())
                + (change.getState() == Change.State.PENDING
                        ? ""
                        : ", " + change.getState().name().toLowerCase(Locale.ROOT));
    }

    /** What a text has that is not here; empty: nothing. */
    String leftOut() {
        return diff.getLeftOut() == 0
                ? ""
                : colours.doubtful("… " + diff.getLeftOut() + " hunks, too long to be shown: look at it with --content")
                        + "\n";
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title()).append('\n');
        diff.getHunksList().forEach(hunk -> text.append(hunk(hunk, colours)));
        text.append(leftOut());
        return text.toString();
    }
}
