package dev.mulligan.vm.machine;

import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what became of a change that was cut off, by a kill or by an error, and brings record, domain and files
 * together again. It never trusts how far a change should have come: it looks at the domain that is there, and at
 * the file that this domain writes to. Settling what is settled changes nothing.
 *
 * <p>The daemon does not stop when the one who asked is gone: a save goes on. What its files will be is known only when
 * it has ended, so until then nothing is settled, and no file is touched.
 */
final class Settlement {
    private static final Duration POLL = Duration.ofMillis(20);
    private final MachineCore core;

    Settlement(MachineCore core) {
        this.core = core;
    }

    /**
     * Settles what is under way, if anything.
     *
     * @param patience how long to wait for a daemon that is still at work on the domain
     * @return false if it still is; then nothing has changed, and nothing was removed
     */
    boolean settle(Duration patience) {
        if (!awaitIdle(patience)) {
            return false;
        }
        settle();
        return true;
    }

    private boolean awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (isUnderWay()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new VmException(
                        VmErrorCode.CONFLICT,
                        "interrupted while libvirt is at work on machine "
                                + core.key().id(),
                        e);
            }
        }
        return true;
    }

    /** A deletion waits for nothing: whatever the daemon does, its result is not wanted. */
    private boolean isUnderWay() {
        return core.record().pending().isPresent()
                && !core.record().isBeingDeleted()
                && core.hypervisor().isBusy(core.key());
    }

    private void settle() {
        MachineRecord before = core.record();
        Optional<DomainStatus> found = core.status();
        MachineRecord settled =
                before.pending().map(change -> outcome(change, found)).orElse(before);
        Optional<DomainStatus> domain = withoutUnwanted(before, settled, found);
        MachineRecord after =
                settled.withAttachments(stillAttached(settled, domain)).withoutUnneededLayers();
        if (!after.equals(before)) {
            core.store(after);
        }
        if (!after.isBeingDeleted()) {
            core.removeUnneeded(domain.isPresent());
        }
    }

    /** Cut off in a stop, a save or a start from memory, what remains of the domain is not wanted any more. */
    private Optional<DomainStatus> withoutUnwanted(
            MachineRecord before, MachineRecord record, Optional<DomainStatus> domain) {
        if (domain.isPresent() && (record.power() != Power.ON || isHalf(before, domain.get()))) {
            core.hypervisor().destroy(core.key());
            return Optional.empty();
        }
        return domain;
    }

    private MachineRecord outcome(Pending change, Optional<DomainStatus> domain) {
        MachineRecord record = core.record();
        return switch (change) {
            case Pending.Advance advance -> advanced(record, advance, domain).settled();
            case Pending.Return back -> arrived(back, domain) ? returned(record, back) : record.settled();
            case Pending.Save save -> {
                boolean saved = domain.isEmpty()
                        && core.hypervisor().isComplete(core.files().file(save.memory()));
                yield saved ? saved(record, save) : record.settled();
            }
            // Nothing of it has run: it is resumed only when this entry is gone. So the memory file still counts.
            case Pending.Continue _ -> record.settled();
            case Pending.Delete _ -> record.withPower(Power.OFF);
        };
    }

    /**
     * Nobody was told of the checkpoint, so there is none. But the disk may have moved on: the domain says so; and
     * if there is no domain any more, the upper layer is right in both cases, since an untouched one is empty.
     */
    private MachineRecord advanced(MachineRecord record, Pending.Advance advance, Optional<DomainStatus> domain) {
        boolean moved = domain.isPresent()
                ? writesTo(domain, advance.layer())
                : core.disks().isSound(core.files().file(advance.layer()));
        return moved ? record.withTop(advance.layer(), record.top()) : record;
    }

    /** A domain that boots is there or not; one that was to be given its memory may lack some of it. */
    private boolean arrived(Pending.Return back, Optional<DomainStatus> domain) {
        return writesTo(domain, back.layer()) && !hasMemory(back);
    }

    /** It is let run only when this entry is gone: one that runs has not been touched yet, any other may lack anything. */
    private boolean isHalf(MachineRecord before, DomainStatus domain) {
        return before.pending()
                .filter(Pending.Return.class::isInstance)
                .map(Pending.Return.class::cast)
                .filter(back -> !domain.running() && hasMemory(back))
                .isPresent();
    }

    private boolean hasMemory(Pending.Return back) {
        return core.record()
                .checkpoints()
                .find(back.checkpoint())
                .flatMap(StoredCheckpoint::memory)
                .isPresent();
    }

    private boolean writesTo(Optional<DomainStatus> domain, String layer) {
        return domain.isPresent()
                && core.hypervisor()
                        .top(core.plan(core.record().top()))
                        .equals(Optional.of(core.files().file(layer)));
    }

    /** The record once a return succeeded; what only the given-up present needed may go. */
    static MachineRecord returned(MachineRecord record, Pending.Return back) {
        CheckpointId id = back.checkpoint();
        StoredCheckpoint checkpoint = record.checkpoints().find(id).orElseThrow();
        boolean full = checkpoint.about().kind() == CheckpointKind.FULL;
        return record.settled()
                .withTop(back.layer(), checkpoint.layer())
                .withPower(Power.ON)
                .withMemory(Optional.empty())
                .withAttachments(full ? checkpoint.attachments() : List.of())
                .withCheckpoints(tree -> tree.returnedTo(id))
                .withoutUnneededLayers();
    }

    static MachineRecord saved(MachineRecord record, Pending.Save save) {
        return record.settled().withPower(Power.SAVED).withMemory(Optional.of(save.memory()));
    }

    static MachineRecord continued(MachineRecord record) {
        return record.settled().withPower(Power.ON).withMemory(Optional.empty());
    }

    private static List<Attachment> stillAttached(MachineRecord record, Optional<DomainStatus> domain) {
        if (record.power() == Power.SAVED) {
            return record.attachments();
        }
        return record.attachments().stream()
                .filter(attachment -> domain.filter(status -> status.serials().contains(attachment.serial()))
                        .isPresent())
                .toList();
    }
}
