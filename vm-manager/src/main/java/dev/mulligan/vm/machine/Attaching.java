package dev.mulligan.vm.machine;

import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmState;
import dev.mulligan.vm.checkpoint.Attachment;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The verbs that plug disks in and out. */
final class Attaching {
    private static final Duration POLL = Duration.ofMillis(20);
    private final MachineCore core;
    private final Duration timeout;

    Attaching(MachineCore core, Duration timeout) {
        this.core = core;
        this.timeout = timeout;
    }

    void attach(DiskAttachment disk) {
        String target = freeTarget(disk.serial());
        if (!Files.isReadable(disk.file())) {
            throw VmException.of(
                    VmErrorCode.INVALID_ARGUMENT, "disk file", disk.file(), "a readable file", "correct the path");
        }
        core.hypervisor().grant(disk.file(), disk.readOnly() ? Hypervisor.Access.READ : Hypervisor.Access.WRITE);
        plugIn(core.record(), new Attachment(disk, target, Optional.empty()));
    }

    void attachCheckpoint(CheckpointId id, String serial) {
        String below = Checkpointing.find(core.record().checkpoints(), id).layer();
        String target = freeTarget(DiskAttachment.requireSerial(serial));
        MachineRecord counted = core.record().counted();
        String name = MachineRecord.throwawayName(counted.counter());
        core.createLayer(name, below);
        var disk = new DiskAttachment(core.files().file(name), serial, false, DiskFormat.QCOW2);
        plugIn(counted, new Attachment(disk, target, Optional.of(below)));
    }

    private void plugIn(MachineRecord record, Attachment attachment) {
        var attachments = new ArrayList<>(record.attachments());
        attachments.add(attachment);
        core.store(record.withAttachments(attachments));
        core.hypervisor().attach(core.key(), attachment);
    }

    private String freeTarget(String serial) {
        core.require("attach disk", VmState.RUNNING, VmState.PAUSED);
        List<Attachment> present = core.record().attachments();
        if (present.stream().anyMatch(attachment -> attachment.serial().equals(serial))) {
            throw VmException.of(
                    VmErrorCode.ALREADY_EXISTS,
                    "disk serial",
                    serial,
                    "one that is not attached yet",
                    "detach the other disk or choose another serial");
        }
        List<String> used = present.stream().map(Attachment::target).toList();
        return IntStream.range(0, VmManager.MAXIMUM_ATTACHMENTS)
                .mapToObj(number -> "vd" + (char) ('b' + number))
                .filter(target -> !used.contains(target))
                .findFirst()
                .orElseThrow(() -> VmException.of(
                        VmErrorCode.WRONG_STATE,
                        "attached disks",
                        used.size(),
                        "fewer than " + VmManager.MAXIMUM_ATTACHMENTS,
                        "detach a disk first"));
    }

    void detach(String serial) {
        Attachment attachment = core.record().attachments().stream()
                .filter(present -> present.serial().equals(serial))
                .findFirst()
                .orElseThrow(() -> VmException.of(
                        VmErrorCode.NOT_FOUND,
                        "disk serial",
                        serial,
                        "one of "
                                + core.record().attachments().stream()
                                        .map(Attachment::serial)
                                        .toList(),
                        "list the attachments of the machine"));
        if (isPlugged(serial)) {
            core.hypervisor().requestDetach(core.key(), attachment);
            awaitRelease(serial);
        }
        core.store(core.record()
                .withAttachments(core.record().attachments().stream()
                        .filter(present -> !present.serial().equals(serial))
                        .toList())
                .withoutUnneededLayers());
        core.removeUnneeded(core.status().isPresent());
    }

    private boolean isPlugged(String serial) {
        return core.status().filter(status -> status.serials().contains(serial)).isPresent();
    }

    private void awaitRelease(String serial) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (isPlugged(serial)) {
            if (System.nanoTime() > deadline) {
                throw VmException.of(
                        VmErrorCode.GUEST_BUSY,
                        "disk " + serial + " of machine " + core.key().id(),
                        "still in use after " + timeout.toSeconds() + " s",
                        "the guest lets go of it",
                        "unmount it in the guest, resume the machine if it is paused, and detach again");
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new VmException(VmErrorCode.CONFLICT, "interrupted while the guest lets go of disk " + serial, e);
            }
        }
    }
}
