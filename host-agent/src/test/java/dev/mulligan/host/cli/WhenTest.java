package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Points in time as they are shown: by hand, and as java.time has it. */
final class WhenTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 59, 60, 1_700_000_000, 1_700_000_040, 1_720_000_000, 1_782_604_799, 4_102_444_800L, -1})
    void isLocalTimeToTheSecond(long seconds) {
        String expected = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")
                .format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
        assertThat(When.of(seconds)).isEqualTo(expected);
        assertThat(new When(
                        Timestamp.newBuilder().setSeconds(seconds).setNanos(5).build()))
                .hasToString(expected);
    }

    @Test
    void whereThereIsNoneItIsEmpty() {
        assertThat(new When(Timestamp.getDefaultInstance())).hasToString("");
    }
}
