package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.ApplyChangesResponse;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import java.util.List;
import java.util.Locale;

/** Change sets for people. */
final class ChangesView {
    private ChangesView() {}

    static String text(ListChangesResponse sets) {
        if (sets.getChangeSetsList().isEmpty()) {
            return "nothing was written to a folder";
        }
        StringBuilder text = new StringBuilder();
        for (ChangeSet set : sets.getChangeSetsList()) {
            text.append(Printable.of(set.getFolder())).append('\n');
            for (Change change : set.getChangesList()) {
                text.append(
                        String.format(Locale.ROOT, "  %s %-8s  %s%n", sign(change), change.getState(), path(change)));
                if (!change.getLookalike().isEmpty()) {
                    text.append("             could be taken for ")
                            .append(Printable.of(change.getLookalike()))
                            .append('\n');
                }
            }
            set.getRefusedList()
                    .forEach(refused -> text.append("  ! refused   ")
                            .append(Printable.of(refused.getPath()))
                            .append(": ")
                            .append(Printable.of(refused.getReason()))
                            .append('\n'));
        }
        return text.toString();
    }

    private static String sign(Change change) {
        return switch (change.getKind()) {
            case "create" -> "+";
            case "delete" -> "-";
            case "rename" -> ">";
            default -> "~";
        };
    }

    static String path(Change change) {
        return (change.getFrom().isEmpty() ? "" : Printable.of(change.getFrom()) + " → ")
                + Printable.of(change.getPath());
    }

    static String text(List<ApplyChangesResponse.Outcome> outcomes, String done) {
        StringBuilder text = new StringBuilder();
        for (ApplyChangesResponse.Outcome outcome : outcomes) {
            String folder = Printable.of(outcome.getFolder());
            outcome.getAppliedList()
                    .forEach(path -> text.append(done)
                            .append("  ")
                            .append(folder)
                            .append('/')
                            .append(Printable.of(path))
                            .append('\n'));
            outcome.getConflictsList()
                    .forEach(conflict -> text.append("conflict  ")
                            .append(folder)
                            .append('/')
                            .append(Printable.of(conflict.getPath()))
                            .append(": ")
                            .append(Printable.of(conflict.getReason()))
                            .append(conflict.getMergeable() ? " (--merge would do)" : "")
                            .append('\n'));
        }
        return text.isEmpty() ? "nothing was to be done" : text.toString();
    }
}
