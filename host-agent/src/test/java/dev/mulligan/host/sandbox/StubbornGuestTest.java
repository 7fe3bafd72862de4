package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxFixture.machine;
import static dev.mulligan.host.sandbox.SandboxFixture.paths;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.SimulatedDisk;
import dev.mulligan.host.sandbox.RollbackResult.Outcome;
import dev.mulligan.host.sandbox.RollbackResult.RestoredPath;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.VmId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that do not do their part of a checkpoint or a rollback: they keep a disk, or do not stay frozen. */
@Timeout(120)
final class StubbornGuestTest {
    private static final String FILE = "/home/agent/notes";

    private final SandboxFixture fixture = SandboxFixture.withoutTemplates();
    private final Sandbox sandbox = fixture.create();

    @AfterEach
    void close() {
        fixture.close();
    }

    private SimulatedDisk disk() {
        return fixture.guest(sandbox).disk();
    }

    private Checkpoint take(CheckpointKind kind) {
        return fixture.sandboxes.checkpoint(sandbox.id(), kind, "by hand", Optional.empty(), ACTOR);
    }

    private List<DiskAttachment> plugged() {
        return fixture.vms.get(new VmId(sandbox.id().value())).attachments();
    }

    private void returnAPathAndKeepTheDisk() {
        disk().write(FILE, "good");
        take(CheckpointKind.FULL);
        disk().write(FILE, "bad");
        fixture.vms.keepDisks(true);
        RollbackResult result = fixture.sandboxes.rollback(sandbox.id(), paths(FILE), ACTOR);
        assertThat(result.paths()).containsExactly(new RestoredPath(FILE, Outcome.REPLACED));
        assertThat(disk().text(FILE)).hasValue("good");
        assertThat(plugged()).as("the guest keeps it").hasSize(1);
    }

    @Test
    void aMachineThatKeepsAThrowawayDiskIsRolledBackAllTheSame() {
        returnAPathAndKeepTheDisk();
        disk().write(FILE, "bad again");

        RollbackResult result = fixture.sandboxes.rollback(sandbox.id(), machine(), ACTOR);

        // Its memory knows a disk that will be gone: what can be kept of the state before is the disk.
        assertThat(result.before().orElseThrow().kind()).isEqualTo(CheckpointKind.DISK);
        assertThat(disk().text(FILE)).hasValue("good");
        assertThat(plugged()).as("it went with the machine's state").isEmpty();
        assertThat(fixture.sandboxes.get(sandbox.name()).state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aThrowawayDiskThatTheGuestLetsGoOfLaterIsUnpluggedByTheNextCheckpoint() {
        returnAPathAndKeepTheDisk();
        assertFails(HostErrorCode.SANDBOX_BUSY, () -> take(CheckpointKind.FULL));
        assertThat(plugged()).hasSize(1);

        fixture.vms.keepDisks(false);

        assertThat(take(CheckpointKind.FULL).kind()).isEqualTo(CheckpointKind.FULL);
        assertThat(plugged()).isEmpty();
    }

    @Test
    void aTornCheckpointAndItsEndAreOnRecord() {
        int before = fixture.audited.size();
        fixture.guest(sandbox).system().thawTooEarly(1);

        Checkpoint whole = take(CheckpointKind.DISK);

        List<AuditEvent> recorded = fixture.audited.subList(before, fixture.audited.size());
        assertThat(recorded)
                .extracting(AuditEvent::kind)
                .containsExactly("checkpoint.created", "checkpoint.deleted", "checkpoint.created");
        assertThat(recorded.get(1).details())
                .containsEntry("why", "torn")
                .extractingByKey("checkpoint")
                .isNotEqualTo(whole.id().value());
    }

    @Test
    void aCheckpointThatIsTornEachTimeLeavesAnEndForEachBeginning() {
        int before = fixture.audited.size();
        fixture.guest(sandbox).system().thawTooEarly(2);

        assertFails(HostErrorCode.GUEST_MISBEHAVED, () -> take(CheckpointKind.DISK));

        assertThat(fixture.kinds().subList(before, fixture.audited.size()))
                .containsExactly(
                        "checkpoint.created", "checkpoint.deleted", "checkpoint.created", "checkpoint.deleted");
    }
}
