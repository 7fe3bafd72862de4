package dev.mulligan.guest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReconnectDetectorTest {
    private final ReconnectDetector detector = new ReconnectDetector();

    @Test
    void twoPreamblesInARowAreANewHost() {
        assertThat(see(HostSocketFactory.preamble())).isFalse();
        assertThat(see(HostSocketFactory.preamble())).isTrue();
    }

    @Test
    void soAreTwoThatArriveInPieces() {
        byte[] both = new byte[2 * Preamble.LENGTH];
        System.arraycopy(HostSocketFactory.preamble(), 0, both, 0, Preamble.LENGTH);
        System.arraycopy(HostSocketFactory.preamble(), 0, both, Preamble.LENGTH, Preamble.LENGTH);
        assertThat(detector.isReconnect(both, 0, 50)).isFalse();
        assertThat(detector.isReconnect(both, 50, both.length - 50)).isTrue();
    }

    @Test
    void theSameOneTwiceIsContent() {
        byte[] preamble = HostSocketFactory.preamble();
        assertThat(see(preamble)).isFalse();
        assertThat(see(preamble)).isFalse();
    }

    @Test
    void preamblesInsideAFrameAreContent() {
        byte[] frame = new byte[9 + 2 * Preamble.LENGTH];
        System.arraycopy(HostSocketFactory.preamble(), 0, frame, 9, Preamble.LENGTH);
        System.arraycopy(HostSocketFactory.preamble(), 0, frame, 9 + Preamble.LENGTH, Preamble.LENGTH);
        assertThat(see(frame)).isFalse();
    }

    @Test
    void noiseIsNoHost() {
        Random random = new Random(7);
        byte[] noise = new byte[4096];
        for (int round = 0; round < 1_000; round++) {
            random.nextBytes(noise);
            assertThat(see(noise)).isFalse();
        }
    }

    private boolean see(byte[] read) {
        return detector.isReconnect(read, 0, read.length);
    }
}
