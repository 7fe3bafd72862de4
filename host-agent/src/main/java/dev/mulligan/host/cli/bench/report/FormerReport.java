package dev.mulligan.host.cli.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an earlier run measured, read from its JSON.
 *
 * @param time when it ran, as it says
 * @param rows those that were measured, by id
 */
public record FormerReport(String time, Map<String, FormerRow> rows) {
    public FormerReport {
        rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    }

    /**
     * What one row measured.
     *
     * @param peers by name
     */
    public record FormerRow(Samples ours, Map<String, Samples> peers) {
        public FormerRow {
            peers = Map.copyOf(peers);
        }
    }

    /**
     * Reads a file that {@code mulligan bench --output json} has written.
     *
     * @throws HostException {@code INVALID_ARGUMENT} if it is something else
     * @throws IOException if it cannot be read
     */
    public static FormerReport read(Path file) throws IOException {
        try {
            return parse(file, new ObjectMapper().readTree(Files.readString(file)));
        } catch (JsonProcessingException | java.nio.charset.MalformedInputException malformed) {
            throw refused(file, "no JSON");
        }
    }

    private static FormerReport parse(Path file, JsonNode json) {
        int schema = json.path("schema").asInt();
        if (schema != ReportJson.SCHEMA) {
            throw refused(file, "schema " + (schema == 0 ? "missing" : schema));
        }
        Map<String, FormerRow> rows = new LinkedHashMap<>();
        for (JsonNode row : json.path("rows")) {
            if (row.path("outcome").asText().equals("measured")) {
                Map<String, Samples> peers = new LinkedHashMap<>();
                for (JsonNode peer : row.path("peers")) {
                    peers.put(peer.path("name").asText(), samples(file, peer));
                }
                rows.put(row.path("id").asText(), new FormerRow(samples(file, row), peers));
            }
        }
        return new FormerReport(json.path("time").asText(), rows);
    }

    private static Samples samples(Path file, JsonNode row) {
        List<Duration> durations = new ArrayList<>();
        for (JsonNode millis : row.path("samples_ms")) {
            durations.add(Duration.ofNanos(Math.round(millis.asDouble() * 1e6)));
        }
        if (durations.isEmpty() || durations.size() > Contest.MOST_ROUNDS) {
            throw refused(
                    file,
                    durations.size() + " samples in "
                            + row.path("id").asText(row.path("name").asText()));
        }
        return new Samples(durations);
    }

    private static HostException refused(Path file, String why) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, "--compare")
                .value(file + ": " + why)
                .expected("what 'mulligan bench --output json' printed, schema " + ReportJson.SCHEMA)
                .remedy("give such a file, or leave --compare out")
                .build();
    }
}
