package dev.mulligan.host.cli.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AtOnceTest {
    @Test
    void allRunAtTheSameTime() throws InterruptedException {
        CountDownLatch all = new CountDownLatch(16);

        assertThat(AtOnce.run(16, () -> {
                    all.countDown();
                    return all.await(20, TimeUnit.SECONDS);
                }))
                .hasSize(16)
                .containsOnly(true);
    }

    @Test
    void failuresAreCountedOnceAllHaveEnded() {
        AtomicInteger number = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();

        assertThatThrownBy(() -> AtOnce.run(4, () -> {
                    int mine = number.incrementAndGet();
                    ended.incrementAndGet();
                    if (mine % 2 == 0) {
                        throw new IOException("boom");
                    }
                    return mine;
                }))
                .hasMessage("failures: 2 of 4 (expected: 0), the first: boom");
        assertThat(ended).hasValue(4);
    }
}
