package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The candidates of a try, side by side. */
record Candidates(List<Candidate> all) {
    Candidates {
        all = List.copyOf(all);
    }

    /** The highest score among those that succeeded; of equal ones the first. */
    Optional<Candidate> best() {
        return all.stream()
                .filter(Candidate::succeeded)
                .filter(candidate -> points(candidate).isPresent())
                .max(Comparator.comparingDouble(
                                (Candidate candidate) -> points(candidate).getAsDouble())
                        .thenComparing(
                                Comparator.comparingInt(Candidate::number).reversed()));
    }

    private static OptionalDouble points(Candidate candidate) {
        return candidate.score().map(Score::number).orElse(OptionalDouble.empty());
    }

    /** By its number. */
    Optional<Candidate> numbered(int number) {
        return all.stream().filter(candidate -> candidate.number() == number).findFirst();
    }

    @Override
    public String toString() {
        Table table = new Table("CANDIDATE", "SANDBOX", "STATE", "EXIT", "TIME", "CHANGES", "SCORE", "TASK");
        for (Candidate candidate : all) {
            table.row(
                    Integer.toString(candidate.number()),
                    candidate.sandbox().getName(),
                    new TaskView(candidate.task()).state(),
                    Integer.toString(candidate.exitCode()),
                    candidate.time(),
                    candidate.changes().map(HomeChanges::brief).orElse("unknown"),
                    candidate.score().map(Score::toString).orElse(""),
                    candidate.task().getId());
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (Candidate candidate : all) {
            candidate
                    .score()
                    .filter(score -> !score.missing().isEmpty())
                    .ifPresent(score -> text.append("\ncandidate ")
                            .append(candidate.number())
                            .append(" has no score: ")
                            .append(Printable.of(score.missing()))
                            .append('\n'));
            candidate
                    .score()
                    .map(Score::lines)
                    .filter(lines -> !lines.isEmpty())
                    .ifPresent(lines -> text.append("\ncandidate ")
                            .append(candidate.number())
                            .append(", printed by the scoring command:\n")
                            .append(lines));
            candidate
                    .changes()
                    .map(HomeChanges::lines)
                    .filter(lines -> !lines.isEmpty())
                    .ifPresent(lines -> text.append("\ncandidate ")
                            .append(candidate.number())
                            .append(", below ")
                            .append(HomeListing.HOME)
                            .append(":\n")
                            .append(lines));
            candidate
                    .folders()
                    .forEach(folder -> text.append("\ncandidate ")
                            .append(candidate.number())
                            .append(", in ")
                            .append(Printable.of(folder.folder()))
                            .append(":\n")
                            .append(folder.changes().lines()));
        }
        return text.toString();
    }
}
