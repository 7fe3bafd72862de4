package dev.mulligan.guest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.transport.PreambleScanner.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PreambleScannerTest {
    private static final byte[] HTTP = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final PreambleScanner scanner = new PreambleScanner();

    @Test
    void findsAPreambleAndThenHttp() {
        byte[] preamble = HostSocketFactory.preamble();
        assertThat(feed(preamble)).containsExactly(Step.PREAMBLE);
        assertThat(scanner.preamble().line()).isEqualTo(preamble);
        assertThat(scanner.accept(HTTP[0])).isEqualTo(Step.CONNECTED);
    }

    @Test
    void httpWithoutPreambleIsDropped() {
        assertThat(feed(HTTP)).isEmpty();
    }

    @Test
    void halfAPreambleBeforeAWholeOneIsDropped() {
        byte[] preamble = HostSocketFactory.preamble();
        for (int cut = 0; cut < preamble.length; cut++) {
            scanner.reset();
            assertThat(feed(Arrays.copyOf(preamble, cut))).isEmpty();
            assertThat(feed(preamble)).containsExactly(Step.PREAMBLE);
        }
    }

    @Test
    void aRepeatedPreambleIsEchoedAgainAndTheNewestCounts() {
        feed(HostSocketFactory.preamble());
        byte[] newest = HostSocketFactory.preamble();
        assertThat(feed(newest)).containsExactly(Step.PREAMBLE);
        assertThat(scanner.preamble().line()).isEqualTo(newest);
    }

    @Test
    void afterAResetAnOldEchoCountsNoMore() {
        feed(HostSocketFactory.preamble());
        scanner.reset();
        assertThat(scanner.accept((byte) 'P')).isEqualTo(Step.MORE);
    }

    @Test
    void findsThePreambleBehindAnyGarbage() {
        Random random = new Random(20260101);
        byte[] alphabet = "MULIGAN-2 0123456789abcdefPRI\n\0ÿ".getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 2_000; round++) {
            scanner.reset();
            byte[] garbage = new byte[random.nextInt(500)];
            for (int index = 0; index < garbage.length; index++) {
                garbage[index] =
                        random.nextBoolean() ? alphabet[random.nextInt(alphabet.length)] : (byte) random.nextInt();
            }
            feed(garbage);
            byte[] preamble = HostSocketFactory.preamble();
            assertThat(feed(preamble)).last().isEqualTo(Step.PREAMBLE);
            assertThat(scanner.preamble().line()).isEqualTo(preamble);
        }
    }

    private List<Step> feed(byte[] bytes) {
        List<Step> steps = new ArrayList<>();
        for (byte next : bytes) {
            Step step = scanner.accept(next);
            if (step != Step.MORE) {
                steps.add(step);
            }
        }
        return steps;
    }
}
