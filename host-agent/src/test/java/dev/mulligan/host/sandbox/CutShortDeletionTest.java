package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A deletion that is on record and has not come to its end. */
final class CutShortDeletionTest {
    private final SandboxFixture fixture = new SandboxFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theIdleKeeperFinishesIt() {
        Sandbox sandbox = fixture.create();
        fixture.journal.refuseNextDeletion();
        SandboxLifeTest.assertFails(
                HostErrorCode.STORE_UNAVAILABLE, () -> fixture.sandboxes.delete(sandbox.id(), false, ACTOR));
        assertThat(fixture.sandboxes.get(sandbox.name()).state()).isEqualTo(SandboxState.DELETING);

        fixture.sandboxes.look();

        assertThat(fixture.sandboxes.list(Map.of())).isEmpty();
        assertThat(fixture.vms.list()).isEmpty();
        assertThat(fixture.journal.all()).isEmpty();
        assertThat(fixture.kinds()).as("it was begun once").containsOnlyOnce("sandbox.deleted");
    }

    @Test
    void theIdleKeeperTriesAgainUntilItSucceeds() {
        Sandbox sandbox = fixture.create();
        fixture.journal.refuseNextDeletion();
        SandboxLifeTest.assertFails(
                HostErrorCode.STORE_UNAVAILABLE, () -> fixture.sandboxes.delete(sandbox.id(), false, ACTOR));
        fixture.journal.refuseNextDeletion();
        fixture.sandboxes.look();
        assertThat(fixture.sandboxes.get(sandbox.name()).state()).isEqualTo(SandboxState.DELETING);

        fixture.sandboxes.look();

        assertThat(fixture.sandboxes.list(Map.of())).isEmpty();
    }
}
