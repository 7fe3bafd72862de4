package dev.mulligan.host.cli.bench.report;

import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Measurement;
import dev.mulligan.host.cli.bench.measure.Measurement.Rival;
import dev.mulligan.host.cli.bench.measure.Outcome;
import dev.mulligan.host.cli.bench.measure.Samples;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** A report in Markdown, fit to be pasted into BENCHMARKS.md. */
public final class ReportTable {
    private static final List<String> BLANK = List.of("", "", "", "", "", "");
    private static final List<String> NO_PEER = List.of("–", "", "", "", "", "–");

    private final StringBuilder text = new StringBuilder();

    private ReportTable() {}

    /** Ends with a line feed. */
    public static String of(Report report) {
        ReportTable table = new ReportTable();
        table.line("`" + report.command() + "`, " + report.time());
        table.line("");
        report.machine().forEach((name, value) -> table.line("- " + name + ": " + value));
        report.versions().forEach((name, value) -> table.line("- " + name + ": " + value));
        report.notes().forEach(note -> table.line("- " + note));
        table.line("");
        table.line(
                "| row | pool | n | p50 ms | p95 ms | p99 ms | peer | n | p50 ms | p95 ms | p99 ms | ratio of p50 |");
        table.line("|---|---|---|---|---|---|---|---|---|---|---|---|");
        report.outcomes().forEach(table::row);
        table.line("");
        report.outcomes().forEach(table::boundary);
        return table.text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void cells(List<String> ours, List<String> peers) {
        StringJoiner joined = new StringJoiner(" | ", "| ", " |");
        Stream.concat(ours.stream(), peers.stream())
                .map(cell -> cell.replace("|", "\\|").replace('\n', ' '))
                .forEach(joined::add);
        line(joined.toString());
    }

    private void row(Outcome outcome) {
        switch (outcome) {
            case Outcome.Measured measured -> measured(measured);
            case Outcome.Failed failed -> cells(words(failed.id(), "**FAILED**: " + failed.reason()), NO_PEER);
            case Outcome.LeftOut leftOut -> cells(words(leftOut.id(), "left out: " + leftOut.reason()), NO_PEER);
        }
    }

    private void measured(Outcome.Measured measured) {
        Measurement result = measured.measurement();
        List<String> ours = cellsOf(measured.id(), measured.pool(), result.ours());
        if (result.peers().isEmpty()) {
            cells(ours, NO_PEER);
        }
        for (Rival peer : result.peers()) {
            Samples theirs = peer.samples();
            cells(
                    ours,
                    List.of(
                            "`" + peer.name() + "`",
                            n(theirs),
                            p(theirs, 50),
                            p(theirs, 95),
                            p(theirs, 99),
                            Millis.ratio(result.ratio(peer))));
            ours = BLANK;
        }
        result.aside().forEach((name, part) -> cells(cellsOf("└ " + name, "", part), BLANK));
        result.figures().forEach(figure -> cells(words("└ " + figure.name(), number(figure)), BLANK));
    }

    private static List<String> cellsOf(String name, String pool, Samples samples) {
        return List.of(name, pool, n(samples), p(samples, 50), p(samples, 95), p(samples, 99));
    }

    private static List<String> words(String name, String words) {
        return List.of(name, "", "", words, "", "");
    }

    private void boundary(Outcome outcome) {
        line("- " + outcome.id() + ": " + outcome.boundary());
        if (outcome instanceof Outcome.Measured measured) {
            measured.measurement().notes().forEach(note -> line("  - " + note.replace('\n', ' ')));
        }
    }

    private static String n(Samples samples) {
        return Integer.toString(samples.count());
    }

    private static String p(Samples samples, int percent) {
        return Millis.of(samples.percentile(percent));
    }

    private static String number(Figure figure) {
        String number = figure.value() == Math.rint(figure.value())
                ? String.format(Locale.ROOT, "%,.0f", figure.value())
                : String.format(Locale.ROOT, "%,.1f", figure.value());
        return figure.unit().isEmpty() ? number : number + " " + figure.unit();
    }
}
