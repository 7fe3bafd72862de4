package dev.mulligan.vm.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.Await;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class FlatteningTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** A copy that is done after so many looks. */
    private static final class Copy implements Flattening.Steps {
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final int looks;

        Copy(int looks) {
            this.looks = looks;
        }

        @Override
        public boolean begin() {
            asked.add("begin");
            return looks == 0;
        }

        @Override
        public boolean isDone() {
            asked.add("look");
            return asked.size() > looks;
        }

        @Override
        public void giveUp() {
            asked.add("give up");
        }
    }

    @Test
    void looksUntilItIsDone() {
        var copy = new Copy(3);
        new Flattening(LONG).run(copy);
        assertThat(copy.asked).containsExactly("begin", "look", "look", "look");
    }

    @Test
    void nothingToCopyIsNotWaitedFor() {
        var copy = new Copy(0);
        new Flattening(LONG).run(copy);
        assertThat(copy.asked).containsExactly("begin");
    }

    @Test
    void oneThatTakesTooLongIsGivenUp() {
        var copy = new Copy(Integer.MAX_VALUE);
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> new Flattening(Duration.ofMillis(30)).run(copy))
                .satisfies(e -> assertThat(e.code()).isEqualTo(VmErrorCode.HYPERVISOR_FAILED))
                .withMessageContaining("the disk is as it was");
        assertThat(copy.asked).startsWith("begin", "look").endsWith("look", "give up");
    }

    @Test
    void whoDoesNotWaitAnyMoreGivesItUp() throws InterruptedException {
        var copy = new Copy(Integer.MAX_VALUE);
        var failure = new AtomicReference<VmException>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                new Flattening(LONG).run(copy);
            } catch (VmException e) {
                failure.set(e);
            }
        });
        Await.until("begun", () -> copy.asked.contains("look"));
        caller.interrupt();
        caller.join();
        assertThat(failure.get().code()).isEqualTo(VmErrorCode.CONFLICT);
        assertThat(copy.asked).endsWith("give up");
    }
}
