package dev.mulligan.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "30s,PT30S", "10m,PT10M", "1h30m,PT1H30M", "2d,PT48H", "0s,PT0S"})
    void reads(String text, Duration expected) {
        assertThat(DurationText.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "m", "-1s", "1m1h", "1 h", "99999999999s", "PT1S"})
    void refuses(String text) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> DurationText.parse(text))
                .withMessageContaining("such as 500ms");
    }
}
