package dev.mulligan.host.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MeasurementTest {
    private final List<String> calls = new ArrayList<>();
    private long nanos;

    @Test
    void percentilesAreRunsThatHappened() {
        Samples samples = new Samples(IntStream.rangeClosed(1, 20)
                .mapToObj(Duration::ofMillis)
                .toList()
                .reversed());

        assertThat(samples.percentile(50)).isEqualTo(Duration.ofMillis(10));
        assertThat(samples.percentile(95)).isEqualTo(Duration.ofMillis(19));
        assertThat(samples.percentile(100)).isEqualTo(Duration.ofMillis(20));
        assertThatThrownBy(() -> new Samples(List.of())).hasMessageContaining("expected: 1 or more");
    }

    @Test
    void takesTurnsAndDoesNotCountTheWarmUp() throws Exception {
        Row row = new Row("exec", "call to exit", 2, takes("ours", 3), peer(takes("theirs", 6)));

        Measurement measurement = Measurement.take(row, () -> nanos, progress -> {});

        assertThat(calls).containsExactly("ours", "theirs", "ours", "theirs", "ours", "theirs");
        assertThat(measurement.ours().count()).isEqualTo(2);
        assertThat(measurement.ratio()).contains(0.5);
    }

    @Test
    void whatIsPreparedIsNotOnTheClock() throws Exception {
        Row row = new Row("exec", "call to exit", 1, takes("ours", 3), Optional.empty());

        assertThat(Measurement.take(row, () -> nanos, progress -> {}).ours().percentile(50))
                .isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void aPeerThatFailsIsLeftOutAndSaid() throws Exception {
        Row row = new Row("exec", "call to exit", 2, takes("ours", 3), peer(() -> {
            throw new IOException("docker: not found");
        }));

        Measurement measurement = Measurement.take(row, () -> nanos, progress -> {});

        assertThat(measurement.peer()).isEmpty();
        assertThat(measurement.note()).contains("docker: not found");
        assertThat(new BenchReport(Instant.EPOCH, Map.of(), List.of(measurement)).table())
                .contains("| exec | 2 | 3.0 | 3.0 | peer | – | – | – |")
                .contains("docker: not found");
    }

    @Test
    void oursThatFailsFailsTheRow() {
        Row row = new Row(
                "exec",
                "call to exit",
                2,
                () -> {
                    throw new IOException("boom");
                },
                Optional.empty());

        assertThatThrownBy(() -> Measurement.take(row, () -> nanos, progress -> {}))
                .hasMessage("boom");
    }

    private static Optional<Row.Peer> peer(Timed operation) {
        return Optional.of(new Row.Peer("peer", operation));
    }

    private Timed takes(String name, int millis) {
        return new Timed() {
            @Override
            public void prepare() {
                nanos += 1_000_000_000;
            }

            @Override
            public void run() {
                calls.add(name);
                nanos += millis * 1_000_000L;
            }

            @Override
            public void tidy() {
                nanos += 1_000_000_000;
            }
        };
    }
}
