package dev.mulligan.host.cli.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.cli.bench.measure.Measurement;
import dev.mulligan.host.cli.bench.measure.Measurement.Rival;
import dev.mulligan.host.cli.bench.measure.Outcome;
import dev.mulligan.host.cli.bench.measure.Samples;
import java.util.Optional;

/** A report as one JSON object on one line; BENCHMARKS.md describes it. */
public final class ReportJson {
    /** Goes up when a field changes its meaning or goes away; new fields may come at any time. */
    static final int SCHEMA = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReportJson() {}

    /**
     * Writes it.
     *
     * @param comparison with an earlier run, if one was asked for
     */
    public static String of(Report report, Optional<Comparison> comparison) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("schema", SCHEMA).put("time", report.time().toString()).put("command", report.command());
        ObjectNode machine = json.putObject("machine");
        report.machine().forEach(machine::put);
        ObjectNode versions = json.putObject("versions");
        report.versions().forEach(versions::put);
        ArrayNode notes = json.putArray("notes");
        report.notes().forEach(notes::add);
        ArrayNode rows = json.putArray("rows");
        report.outcomes().forEach(outcome -> row(rows.addObject(), outcome));
        comparison.ifPresent(changes -> changes(json.putObject("comparison"), changes));
        return json.toString();
    }

    private static void row(ObjectNode row, Outcome outcome) {
        row.put("id", outcome.id()).put("boundary", outcome.boundary());
        switch (outcome) {
            case Outcome.Measured measured -> {
                row.put("outcome", "measured").put("pool", measured.pool());
                measurement(row, measured.measurement());
            }
            case Outcome.Failed failed -> row.put("outcome", "failed").put("reason", failed.reason());
            case Outcome.LeftOut leftOut -> row.put("outcome", "left_out").put("reason", leftOut.reason());
        }
    }

    private static void measurement(ObjectNode row, Measurement result) {
        samples(row, result.ours());
        ArrayNode peers = row.putArray("peers");
        for (Rival peer : result.peers()) {
            ObjectNode entry = peers.addObject().put("name", peer.name()).put("ratio", result.ratio(peer));
            samples(entry, peer.samples());
        }
        ArrayNode aside = row.putArray("aside");
        result.aside().forEach((name, part) -> samples(aside.addObject().put("name", name), part));
        ArrayNode figures = row.putArray("figures");
        result.figures()
                .forEach(figure -> figures.addObject()
                        .put("name", figure.name())
                        .put("value", figure.value())
                        .put("unit", figure.unit()));
        ArrayNode notes = row.putArray("notes");
        result.notes().forEach(notes::add);
    }

    private static void samples(ObjectNode node, Samples samples) {
        node.put("n", samples.count());
        node.put("p50_ms", millis(samples.percentile(50)));
        node.put("p95_ms", millis(samples.percentile(95)));
        node.put("p99_ms", millis(samples.percentile(99)));
        ArrayNode all = node.putArray("samples_ms");
        samples.durations().forEach(duration -> all.add(millis(duration)));
    }

    private static void changes(ObjectNode node, Comparison comparison) {
        node.put("with", comparison.with());
        ArrayNode rows = node.putArray("rows");
        for (Comparison.Change change : comparison.changes()) {
            ObjectNode row = rows.addObject()
                    .put("id", change.id())
                    .put("before_p50_ms", millis(change.before().median()))
                    .put("now_p50_ms", millis(change.now().median()))
                    .put("ratio", change.ratio())
                    .put("verdict", change.verdict().word());
            change.peerRatio().ifPresent(ratio -> row.put("peer_ratio", ratio));
        }
        ArrayNode missing = node.putArray("not_compared");
        comparison.notCompared().forEach(missing::add);
    }

    private static double millis(java.time.Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
