package dev.mulligan.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** So many at a time, and in order. */
@Timeout(30)
final class StartGateTest {
    private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

    private static void awaitWaiting(StartGate gate, int count) throws InterruptedException {
        while (gate.waiting() < count) {
            Thread.sleep(2);
        }
    }

    @Test
    void neverMoreThanItsPlacesAreTakenAndAllGetOne() throws Exception {
        StartGate gate = new StartGate(3);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int count = 0; count < 40; count++) {
                all.add(threads.submit(() -> {
                    try (StartGate.Place _ = gate.enter(steps::add)) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        Thread.sleep(2);
                        return now.decrementAndGet();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(most).hasValueBetween(1, 3);
        assertThat(now).hasValue(0);
    }

    @Test
    void whoeverCameFirstIsNextAndIsToldThatItWaits() throws Exception {
        StartGate gate = new StartGate(1);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try (StartGate.Place _ = gate.enter(steps::add)) {
                assertThat(steps).as("there is a place at once").isEmpty();
                for (int count = 0; count < 4; count++) {
                    int number = count;
                    threads.execute(() -> {
                        try (StartGate.Place _ = gate.enter(steps::add)) {
                            order.add(number);
                        }
                    });
                    awaitWaiting(gate, count + 1);
                }
            }
        }
        assertThat(order).containsExactly(0, 1, 2, 3);
        assertThat(steps).hasSize(4).containsOnly("waiting until others have started");
    }

    @Test
    void whoeverIsInterruptedGivesUpAndTakesNoPlace() throws Exception {
        StartGate gate = new StartGate(1);
        FutureTask<StartGate.Place> waiting = new FutureTask<>(() -> gate.enter(steps::add));
        try (StartGate.Place _ = gate.enter(steps::add)) {
            Thread thread = Thread.ofVirtual().start(waiting);
            awaitWaiting(gate, 1);
            thread.interrupt();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(waiting::get)
                    .havingCause()
                    .isInstanceOf(HostException.class)
                    .satisfies(failed ->
                            assertThat(((HostException) failed).code()).isEqualTo(HostErrorCode.CANCELLED));
        }
        try (StartGate.Place _ = gate.enter(steps::add)) {
            assertThat(steps).as("no second one had to wait").hasSize(1);
        }
    }
}
