package dev.mulligan.host.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The outcome of a run, as a Markdown table for people and as JSON for programs.
 *
 * @param machine what it ran on: processors, memory, kernel, acceleration, versions
 */
record BenchReport(Instant time, Map<String, String> machine, List<Measurement> rows) {
    BenchReport {
        rows = List.copyOf(rows);
    }

    String table() {
        StringBuilder table = new StringBuilder();
        machine.forEach((name, value) ->
                table.append("- ").append(name).append(": ").append(value).append('\n'));
        table.append("\n| what | n | p50 ms | p95 ms | peer | p50 ms | p95 ms | ratio |\n");
        table.append("|---|---|---|---|---|---|---|---|\n");
        for (Measurement row : rows) {
            String peer = row.row().peer().map(Row.Peer::name).orElse("–");
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %s | %s | %s | %s | %s |%n",
                    row.row().name(),
                    row.ours().count(),
                    millis(row.ours().percentile(50)),
                    millis(row.ours().percentile(95)),
                    peer,
                    row.peer().map(samples -> millis(samples.percentile(50))).orElse("–"),
                    row.peer().map(samples -> millis(samples.percentile(95))).orElse("–"),
                    row.ratio()
                            .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                            .orElse("–")));
        }
        table.append('\n');
        for (Measurement row : rows) {
            table.append("- ")
                    .append(row.row().name())
                    .append(": ")
                    .append(row.row().boundary());
            if (!row.note().isEmpty()) {
                table.append(" (").append(row.note()).append(')');
            }
            table.append('\n');
        }
        return table.toString();
    }

    String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode report = mapper.createObjectNode();
        report.put("time", time.toString());
        ObjectNode about = report.putObject("machine");
        machine.forEach(about::put);
        ArrayNode list = report.putArray("rows");
        for (Measurement row : rows) {
            ObjectNode entry = list.addObject();
            entry.put("name", row.row().name()).put("boundary", row.row().boundary());
            samples(entry, row.ours());
            row.peer().ifPresent(peer -> {
                ObjectNode other = entry.putObject("peer");
                row.row().peer().ifPresent(name -> other.put("name", name.name()));
                samples(other, peer);
            });
            row.ratio().ifPresent(ratio -> entry.put("ratio", ratio));
            if (!row.note().isEmpty()) {
                entry.put("note", row.note());
            }
        }
        return report.toPrettyString();
    }

    private static void samples(ObjectNode node, Samples samples) {
        node.put("n", samples.count());
        node.put("p50_ms", samples.percentile(50).toNanos() / 1e6);
        node.put("p95_ms", samples.percentile(95).toNanos() / 1e6);
    }

    private static String millis(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 100 ? "%.1f" : "%.0f", millis);
    }
}
