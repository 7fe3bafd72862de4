package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HostSleepTest {
    private final SettableClock wall = new SettableClock();
    private final HostSleep sleep = new HostSleep(wall, wall::nanoTime);

    @Test
    void timeThatEverybodyLivedThroughIsNoJump() {
        wall.pass(Duration.ofHours(9));
        assertThat(sleep.look()).isEmpty();
        wall.pass(Duration.ofSeconds(5));
        wall.sleep(Duration.ofSeconds(1));
        assertThat(sleep.look())
                .as("a second is within what clocks are disciplined by")
                .isEmpty();
    }

    @Test
    void theTimeThatTheHostSleptIsToldOnce() {
        wall.pass(Duration.ofSeconds(5));
        wall.sleep(Duration.ofHours(8));
        assertThat(sleep.look()).contains(Duration.ofHours(8));
        wall.pass(Duration.ofSeconds(5));
        assertThat(sleep.look()).isEmpty();
    }

    @Test
    void aClockThatIsSetBackIsAJumpToo() {
        wall.pass(Duration.ofSeconds(5));
        wall.sleep(Duration.ofMinutes(-3));
        assertThat(sleep.look()).contains(Duration.ofMinutes(-3));
    }
}
