package dev.mulligan.host.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CleanupTest {
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theNewestGoesFirstAndOneThatFailsDoesNotKeepTheOthers() {
        try (Cleanup cleanup = new Cleanup(said::add)) {
            cleanup.add("first", () -> said.add("first is gone"));
            cleanup.add("second", () -> {
                throw new IOException("busy");
            });
        }

        assertThat(said)
                .containsExactly("removing: second", "second not removed: busy", "removing: first", "first is gone");
    }

    @Test
    void interruptsWaitForItsEnd() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = Thread.ofPlatform().start(() -> {
            try (Cleanup cleanup = new Cleanup(said::add)) {
                cleanup.add("machine", () -> {
                    begun.countDown();
                    said.add(goOn.await(20, TimeUnit.SECONDS) ? "gone" : "stuck");
                });
            }
            said.add(Thread.currentThread().isInterrupted() ? "interrupted" : "not interrupted");
            closed.countDown();
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        closing.interrupt();
        closing.interrupt();
        goOn.countDown();

        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).containsExactly("removing: machine", "gone", "interrupted");
    }
}
