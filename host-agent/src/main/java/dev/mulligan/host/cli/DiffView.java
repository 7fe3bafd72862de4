package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Colours;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import java.util.Locale;

/** One change for people, line by line. */
record DiffView(DiffChangesResponse diff, Colours colours) {
    /** One hunk, made safe to show. */
    static String hunk(DiffChangesResponse.Hunk hunk, Colours colours) {
        StringBuilder text = new StringBuilder();
        hunk.getText().toStringUtf8().lines().forEach(line -> {
            String safe = Printable.of(line.replace("\t", "    "));
            text.append(
                            switch (line.isEmpty() ? ' ' : line.charAt(0)) {
                                case '+' -> colours.good(safe);
                                case '-' -> colours.bad(safe);
                                case '@' -> colours.faint(safe);
                                default -> safe;
                            })
                    .append('\n');
        });
        return text.toString();
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

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title()).append('\n');
        diff.getHunksList().forEach(hunk -> text.append(hunk(hunk, colours)));
        return text.toString();
    }
}
