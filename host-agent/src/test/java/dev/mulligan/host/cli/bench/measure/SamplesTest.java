package dev.mulligan.host.cli.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.host.cli.bench.measure.Samples.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SamplesTest {
    @ParameterizedTest
    @CsvSource({
        // n, percent, nearest rank
        "1, 50, 1",
        "1, 99, 1",
        "2, 50, 1",
        "3, 50, 2",
        "20, 50, 10",
        "20, 95, 19",
        "20, 99, 20",
        "100, 95, 95",
        "100, 99, 99",
        "200, 99, 198",
        "5, 1, 1",
        "7, 100, 7"
    })
    void percentilesAreRunsThatHappened(int count, int percent, int rank) {
        assertThat(shuffled(count).percentile(percent)).isEqualTo(Duration.ofMillis(rank));
    }

    @Test
    void keepsTheOrderInWhichTheyWereTaken() {
        List<Duration> taken = List.of(Duration.ofMillis(3), Duration.ofMillis(1));

        assertThat(new Samples(taken).durations()).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({
        // Ranks of the interval as tables of the sign test have them: 6: 1 to 6, 10: 2 to 9, 20: 6 to 15, 100: 40 to
        // 61.
        "1, 1, 1",
        "5, 1, 5",
        "6, 1, 6",
        "9, 2, 8",
        "10, 2, 9",
        "20, 6, 15",
        "25, 8, 18",
        "100, 40, 61"
    })
    void theMediansIntervalIsBetweenTwoOrderStatistics(int count, int low, int high) {
        assertThat(shuffled(count).medianInterval())
                .isEqualTo(new Interval(Duration.ofMillis(low), Duration.ofMillis(high)));
    }

    @Test
    void theMostSamplesHaveAnIntervalToo() {
        Interval interval = shuffled(Contest.MOST_ROUNDS).medianInterval();

        assertThat(interval.low()).isBetween(Duration.ofMillis(465), Duration.ofMillis(475));
        assertThat(interval.high()).isBetween(Duration.ofMillis(525), Duration.ofMillis(535));
    }

    @Test
    void refusesNoneAndTooMany() {
        assertThatThrownBy(() -> new Samples(List.of())).hasMessageContaining("durations: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> shuffled(Contest.MOST_ROUNDS + 1)).hasMessageContaining("durations: 1001");
        assertThatThrownBy(() -> shuffled(3).percentile(0)).hasMessage("percent: 0 (expected: 1 to 100)");
    }

    private static Samples shuffled(int count) {
        List<Duration> durations = new ArrayList<>(
                IntStream.rangeClosed(1, count).mapToObj(Duration::ofMillis).toList());
        Collections.shuffle(durations, new Random(1));
        return new Samples(durations);
    }
}
