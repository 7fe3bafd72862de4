package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Colours;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.Conflict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Change sets, and what came of them, for people. */
record ChangesView(Colours colours) {
    /** @param title whether to say which folder it is */
    String text(ChangeSet set, boolean title) {
        StringBuilder text = new StringBuilder();
        if (title) {
            text.append(colours.strong(Printable.of(set.getFolder()))).append('\n');
        }
        set.getChangesList().forEach(change -> text.append(line(change)));
        set.getRefusedList()
                .forEach(refused -> text.append(colours.bad("  ! refused   " + Printable.of(refused.getPath())))
                        .append("  ")
                        .append(Printable.of(refused.getReason()))
                        .append('\n'));
        return text.toString();
    }

    String line(Change change) {
        String line = String.format(Locale.ROOT, "  %s %-8s  %s", sign(change), state(change), path(change));
        String painted = switch (change.getKind()) {
            case CREATE -> colours.good(line);
            case DELETE -> colours.bad(line);
            case MODIFY, RENAME, KIND_UNSPECIFIED, UNRECOGNIZED -> line;
        };
        StringBuilder text = new StringBuilder(painted)
                .append("  ")
                .append(colours.faint(Printable.of(change.getSummary()) + why(change)))
                .append('\n');
        if (!change.getLookalike().isEmpty()) {
            text.append(colours.doubtful("               could be taken for " + Printable.of(change.getLookalike())))
                    .append('\n');
        }
        return text.toString();
    }

    /** A rule that has something to say: not that of every change. */
    private static String why(Change change) {
        return change.getRule().isEmpty() || change.getRule().endsWith(".apply")
                ? ""
                : " (" + Printable.of(change.getRule()) + ": " + Printable.of(change.getWhy()) + ")";
    }

    private static String state(Change change) {
        return change.getState().name().toLowerCase(Locale.ROOT);
    }

    private static String sign(Change change) {
        return switch (change.getKind()) {
            case CREATE -> "+";
            case DELETE -> "-";
            case RENAME -> ">";
            case MODIFY, KIND_UNSPECIFIED, UNRECOGNIZED -> "~";
        };
    }

    static String path(Change change) {
        return (change.getFrom().isEmpty() ? "" : Printable.of(change.getFrom()) + " → ")
                + Printable.of(change.getPath());
    }

    /** @param done "applied", "undone" */
    String text(List<ApplyChangesResponse.Outcome> outcomes, String done) {
        StringBuilder text = new StringBuilder();
        for (ApplyChangesResponse.Outcome outcome : outcomes) {
            String folder = Printable.of(outcome.getFolder());
            text.append(paths(done, folder + "/", outcome.getPathsList(), outcome.getCount()));
            outcome.getConflictsList()
                    .forEach(conflict -> text.append(
                                    colours.bad("conflict  " + folder + "/" + Printable.of(conflict.getPath())))
                            .append(": ")
                            .append(Printable.of(conflict.getReason()))
                            .append('\n'));
            if (outcome.getHeldBack()) {
                text.append(colours.doubtful("held back  " + folder)).append(": another folder has changed\n");
            }
            if (!outcome.getFailure().isEmpty()) {
                text.append(colours.bad("not " + done + "  " + folder))
                        .append(": ")
                        .append(Printable.of(outcome.getFailure()))
                        .append('\n');
            }
        }
        return text.isEmpty() ? "nothing was to be done" : text.toString();
    }

    /** One line for each, and one for those that are not named. */
    static String paths(String done, String before, List<String> paths, int count) {
        StringBuilder text = new StringBuilder();
        paths.forEach(path -> text.append(done)
                .append("  ")
                .append(before)
                .append(Printable.of(path))
                .append('\n'));
        if (count > paths.size()) {
            text.append(done).append("  ").append(count - paths.size()).append(" more\n");
        }
        return text.toString();
    }

    /** What can be done about the first conflict of an apply; empty if there is none. */
    static Optional<String> advice(String task, List<ApplyChangesResponse.Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.getConflictsCount() > 0)
                .findFirst()
                .map(outcome -> "nothing was applied; of the first conflict, in " + Printable.of(outcome.getFolder())
                        + ":" + advice(task, outcome.getConflicts(0)));
    }

    /** Paths for the end of a command that is fit to be pasted, whatever the task called its files. */
    static String words(List<String> paths) {
        return paths.stream()
                .map(path -> " '" + Printable.of(path).replace("'", "'\\''") + "'")
                .collect(Collectors.joining());
    }

    private static String advice(String task, Conflict conflict) {
        String path = words(List.of(conflict.getPath()));
        String merge = conflict.getMergeable()
                ? "\n  join yours and the task's:  mulligan apply " + task + " --merge" + path
                : "";
        return merge
                + "\n  see both, with markers:     mulligan changes " + task + path + " --content merged"
                + "\n  take the task's:            mulligan apply " + task + " --overwrite" + path;
    }
}
