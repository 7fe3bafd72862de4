package dev.mulligan.vm.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.machine.DomainEvent;
import dev.mulligan.vm.machine.DomainKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The binding, against libvirt's built-in driver for tests: no daemon, no root, no machine. */
@Tag("libvirt")
final class LinkIT {
    private static final URI TEST = URI.create("test:///default");
    // The one domain that this driver always has.
    private static final DomainKey BUILT_IN =
            new DomainKey(new VmId("test"), UUID.fromString("6695eb01-f6a4-8304-79aa-97f2502e193f"), "test");
    private static final DomainKey MISSING = DomainKey.of(Path.of("/nowhere"), new VmId("missing"));

    private final DomainEvents events = new DomainEvents();
    private final Link link = new Link(TEST, Duration.ofSeconds(2), events, events::missed);

    @Test
    void whatIsNotThereIsANormalAnswerAndNothingLeaks() {
        Optional<String> state =
                link.use(connection -> Domain.find(connection, MISSING).map(domain -> "there"));
        assertThat(state).isEmpty();
        assertThat(link.end()).as("references left").isZero();
    }

    @Test
    void eventsArriveAndHandlesAreGivenBack() throws Exception {
        var seen = new ConcurrentLinkedQueue<DomainEvent>();
        events.subscribe(seen::add, () -> {});
        link.use(connection -> {
            try (Domain domain = Domain.find(connection, BUILT_IN).orElseThrow()) {
                domain.suspend();
                domain.resume();
                return true;
            }
        });
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (seen.size() < 2 && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertThat(seen)
                .containsExactly(
                        new DomainEvent(BUILT_IN.uuid(), DomainEvent.Change.CHANGED),
                        new DomainEvent(BUILT_IN.uuid(), DomainEvent.Change.CHANGED));
        // The loop gives the references of an event back after it has told of it.
        Thread.sleep(200);
        assertThat(link.end()).as("references left").isZero();
    }

    @Test
    void aFailureKeepsItsReasonHoweverManyVirtualThreadsAsk() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<VmException>> failures = IntStream.range(0, 200)
                    .mapToObj(number -> threads.submit(this::resumeWhatRuns))
                    .toList();
            for (Future<VmException> failure : failures) {
                assertThat(failure.get()).hasMessageContaining("not paused");
            }
        }
        assertThat(link.end()).as("references left").isZero();
    }

    private VmException resumeWhatRuns() {
        try {
            link.use(connection -> {
                try (Domain domain = Domain.find(connection, BUILT_IN).orElseThrow()) {
                    domain.resume();
                    return true;
                }
            });
        } catch (VmException e) {
            return e;
        }
        throw new AssertionError("resuming a running domain succeeded");
    }

    @Test
    void closedItSaysSo() {
        link.close();
        link.close();
        assertThatExceptionOfType(VmException.class)
                .isThrownBy(() -> link.use(connection -> 1))
                .satisfies(e -> assertThat(e.code()).isEqualTo(VmErrorCode.CLOSED));
    }
}
