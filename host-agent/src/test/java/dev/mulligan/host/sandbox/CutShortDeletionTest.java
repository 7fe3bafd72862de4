package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    @Test
    void aCloneThatDidNotAnswerAndCannotBeDeletedIsDeletedLater() {
        Sandbox first = fixture.create();
        fixture.silentBoots.set(1);
        fixture.vms.keepMachines(true);
        Sandbox second = fixture.create();
        assertDeleting(1, first, second);
        fixture.vms.keepMachines(false);

        fixture.sandboxes.look();

        assertDeleting(0, first, second);
    }

    @Test
    void forksThatAreUndoneAndCannotBeDeletedAreDeletedLater() {
        Sandbox parent = fixture.create();
        SandboxLifeTest.assertFails(
                HostErrorCode.GUEST_UNREACHABLE,
                () -> fixture.sandboxes.fork(parent.id(), new ForkRequest(2, List.of(), Map.of()), ACTOR, step -> {
                    if (step.startsWith("2 of 2")) {
                        fixture.vms.keepMachines(true);
                        fixture.sandboxes.list(Map.of()).stream()
                                .map(Sandbox::id)
                                .filter(id -> !id.equals(parent.id()))
                                .forEach(fixture::kill);
                    }
                }));
        assertDeleting(2, parent);
        fixture.sandboxes.look();
        assertDeleting(2, parent);
        fixture.vms.keepMachines(false);

        fixture.sandboxes.look();

        assertDeleting(0, parent);
    }

    @Test
    void whatCouldNotBeUndoneIsDeletedAtTheNextStart() {
        Sandbox first = fixture.create();
        fixture.silentBoots.set(1);
        fixture.vms.keepMachines(true);
        Sandbox second = fixture.create();
        fixture.vms.keepMachines(false);

        fixture.restart();

        assertDeleting(0, first, second);
    }

    /** These are there, and so many that are being deleted; and as many machines, none of which is nobody's. */
    private void assertDeleting(int count, Sandbox... there) {
        List<Sandbox> all = fixture.sandboxes.list(Map.of());
        assertThat(all)
                .filteredOn(sandbox -> sandbox.state() == SandboxState.DELETING)
                .hasSize(count);
        assertThat(all)
                .extracting(Sandbox::id)
                .containsAll(Stream.of(there).map(Sandbox::id).toList());
        assertThat(all).hasSize(there.length + count);
        assertThat(fixture.journal.all()).hasSize(there.length + count);
        assertThat(fixture.vms.list()).hasSize(there.length + count);
        assertThat(fixture.sandboxes.leftovers()).isEmpty();
    }
}
