package dev.mulligan.vm.checkpoint;

import dev.mulligan.vm.DiskAttachment;
import java.util.Optional;

/**
 * A further disk and where it is plugged in.
 *
 * @param disk what was asked for; for a checkpoint's disk, the throwaway layer
 * @param target the device, {@code vdb} and on; a hint for the guest and the key for the hypervisor
 * @param standsOn the checkpoint's layer below a throwaway layer
 */
public record Attachment(DiskAttachment disk, String target, Optional<String> standsOn) {
    public String serial() {
        return disk.serial();
    }

    public boolean isThrowaway() {
        return standsOn.isPresent();
    }
}
