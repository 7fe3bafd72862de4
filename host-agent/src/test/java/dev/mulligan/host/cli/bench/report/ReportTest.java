package dev.mulligan.host.cli.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Measurement;
import dev.mulligan.host.cli.bench.measure.Measurement.Rival;
import dev.mulligan.host.cli.bench.measure.Outcome;
import dev.mulligan.host.cli.bench.measure.Samples;
import dev.mulligan.host.cli.bench.report.Comparison.Change;
import dev.mulligan.host.cli.bench.report.Comparison.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportTest {
    private static final Report REPORT = report(
            new Outcome.Measured(
                    "checkpoint-full",
                    "called to answer",
                    "none",
                    new Measurement(
                            samples(4, 5, 6),
                            Map.of("guest's pause", samples(1, 2, 3)),
                            List.of(new Figure("PSS of one more", 38.25, "MiB"), Figure.of("failures", 0)),
                            List.of(new Rival("virsh", samples(10, 20, 30)), new Rival("other|one", samples(5, 5))),
                            List.of("third left out: not\nfound"))),
            new Outcome.Failed("fresh", "called to exit", "NOT FRESH: sandbox sb-1"),
            new Outcome.LeftOut("fork-n", "called to exit", "no forks"));

    private final Path directory;

    ReportTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theTableHasARowForEachPeerPartAndFigure() {
        assertThat(ReportTable.of(REPORT).lines())
                .contains(
                        "`./mulligan bench`, 2026-01-01T00:00:00Z",
                        "- processors: 2",
                        "- mulligan: 1",
                        "- no Docker: not found",
                        "| checkpoint-full | none | 3 | 5.00 | 6.00 | 6.00 | `virsh` | 3 | 20.0 | 30.0 | 30.0 | 0.25 |",
                        "|  |  |  |  |  |  | `other\\|one` | 2 | 5.00 | 5.00 | 5.00 | 1.00 |",
                        "| └ guest's pause |  | 3 | 2.00 | 3.00 | 3.00 |  |  |  |  |  |  |",
                        "| └ PSS of one more |  |  | 38.3 MiB |  |  |  |  |  |  |  |  |",
                        "| └ failures |  |  | 0 |  |  |  |  |  |  |  |  |",
                        "| fresh |  |  | **FAILED**: NOT FRESH: sandbox sb-1 |  |  | – |  |  |  |  | – |",
                        "| fork-n |  |  | left out: no forks |  |  | – |  |  |  |  | – |",
                        "- checkpoint-full: called to answer",
                        "  - third left out: not found");
        assertThat(ReportTable.of(REPORT).lines().filter(line -> line.startsWith("|")))
                .allSatisfy(line -> assertThat(line.replace("\\|", "").chars().filter(c -> c == '|'))
                        .hasSize(13));
    }

    @Test
    void theJsonIsOneLineWithEverything() throws IOException {
        String line = ReportJson.of(REPORT, Optional.empty());
        JsonNode json = new ObjectMapper().readTree(line);

        assertThat(line).doesNotContain("\n");
        assertThat(json.path("schema").asInt()).isEqualTo(1);
        assertThat(json.at("/machine/processors").asText()).isEqualTo("2");
        assertThat(json.at("/versions/mulligan").asText()).isEqualTo("1");
        assertThat(json.at("/rows/0/outcome").asText()).isEqualTo("measured");
        assertThat(json.at("/rows/0/pool").asText()).isEqualTo("none");
        assertThat(json.at("/rows/0/p99_ms").asDouble()).isEqualTo(6);
        assertThat(json.at("/rows/0/samples_ms")).hasSize(3);
        assertThat(json.at("/rows/0/peers/0/ratio").asDouble()).isEqualTo(0.25);
        assertThat(json.at("/rows/0/peers/1/p50_ms").asDouble()).isEqualTo(5);
        assertThat(json.at("/rows/0/aside/0/name").asText()).isEqualTo("guest's pause");
        assertThat(json.at("/rows/0/figures/0/value").asDouble()).isEqualTo(38.25);
        assertThat(json.at("/rows/1/reason").asText()).startsWith("NOT FRESH");
        assertThat(json.at("/rows/2/outcome").asText()).isEqualTo("left_out");
        assertThat(json.has("comparison")).isFalse();
    }

    @Test
    void aRowThatFailedFailsTheRunAndOneThatWasLeftOutDoesNot() {
        assertThat(REPORT.passed()).isFalse();
        assertThat(report(REPORT.outcomes().getLast()).passed()).isTrue();
    }

    @Test
    void whatIsWrittenCanBeComparedWith() throws IOException {
        Path file = Files.writeString(directory.resolve("before.json"), ReportJson.of(REPORT, Optional.empty()));

        Comparison comparison = Comparison.of(
                FormerReport.read(file),
                report(
                        measured("checkpoint-full", samples(1, 2, 3), new Rival("virsh", samples(24, 25))),
                        measured("new", samples(1))));

        assertThat(comparison.changes()).hasSize(1);
        assertThat(comparison.changes().getFirst().ratio()).isEqualTo(0.4);
        assertThat(comparison.notCompared()).containsExactly("new");
        assertThat(comparison.table())
                .contains("Compared with the run of 2026-01-01T00:00:00Z")
                .contains("| checkpoint-full | 5.00 | 2.00 | 0.40 | faster | 1.20 |")
                .contains("Measured in one of the two only: new");
        assertThat(new ObjectMapper()
                        .readTree(ReportJson.of(REPORT, Optional.of(comparison)))
                        .at("/comparison/rows/0/verdict")
                        .asText())
                .isEqualTo("faster");
    }

    @Test
    void aChangeThatTheSpreadExplainsIsNoise() {
        Samples before = range(100, 120);
        assertThat(change(before, range(104, 124)).verdict()).isEqualTo(Verdict.NOISE);
        assertThat(change(before, range(130, 150)).verdict()).isEqualTo(Verdict.SLOWER);
        assertThat(change(before, range(70, 90)).verdict()).isEqualTo(Verdict.FASTER);
        // One outlier moves nothing.
        assertThat(change(samples(10, 11, 12, 13, 14, 15), samples(10, 11, 12, 13, 14, 900))
                        .verdict())
                .isEqualTo(Verdict.NOISE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "{}",
                "[]",
                "{\"schema\":2,\"rows\":[]}",
                "{\"schema\":1,\"rows\":[{\"id\":\"a\",\"outcome\":\"measured\",\"samples_ms\":[]}]}"
            })
    void anythingElseIsRefused(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("other.json"), content);

        assertThatThrownBy(() -> FormerReport.read(file))
                .isInstanceOfSatisfying(
                        HostException.class,
                        error -> assertThat(error.code()).isEqualTo(HostErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("mulligan bench --output json");
    }

    private static Report report(Outcome... outcomes) {
        return new Report(
                Instant.parse("2026-01-01T00:00:00Z"),
                "./mulligan bench",
                Map.of("processors", "2"),
                Map.of("mulligan", "1"),
                List.of("no Docker: not found"),
                List.of(outcomes),
                false);
    }

    private static Outcome measured(String id, Samples samples, Rival... peers) {
        return new Outcome.Measured(
                id,
                "called to answer",
                "none",
                new Measurement(samples, Map.of(), List.of(), List.of(peers), List.of()));
    }

    private static Change change(Samples before, Samples now) {
        return new Change("row", before, now, Optional.empty());
    }

    private static Samples range(int from, int to) {
        return samples(IntStream.rangeClosed(from, to).toArray());
    }

    private static Samples samples(int... millis) {
        return new Samples(Arrays.stream(millis).mapToObj(Duration::ofMillis).toList());
    }
}
