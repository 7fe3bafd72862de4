package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guest that does not answer any more while a program runs in it. */
@Timeout(60)
final class DeafGuestTest {
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final SandboxFixture fixture = new SandboxFixture(0, SILENCE);
    private final Sandbox sandbox;

    DeafGuestTest() {
        fixture.vms.forbidTemplates("of no use here");
        sandbox = fixture.create();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private GuestSession session() {
        return fixture.sandboxes.open(sandbox.id(), Optional.empty(), ACTOR);
    }

    private static GuestProcess sleep(GuestSession session) {
        return session.guest().start(SandboxLifeTest.sleep(), new SandboxFixture.Silent());
    }

    @Test
    void itIsGivenUp() {
        try (GuestSession session = session()) {
            GuestProcess process = sleep(session);
            fixture.guest(sandbox).system().becomeDeaf();
            SandboxLifeTest.assertFails(HostErrorCode.GUEST_UNREACHABLE, process::await);
        }
    }

    @Test
    void notWhileItStandsStillOnRequest() throws Exception {
        try (GuestSession session = session()) {
            GuestProcess process = sleep(session);
            fixture.sandboxes.pause(sandbox.id(), false, ACTOR);
            fixture.guest(sandbox).system().becomeDeaf();
            CountDownLatch ended = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                try {
                    process.await();
                } catch (HostException | InterruptedException over) {
                    ended.countDown();
                }
            });
            assertThat(ended.await(SILENCE.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
            process.cancel();
        }
    }
}
