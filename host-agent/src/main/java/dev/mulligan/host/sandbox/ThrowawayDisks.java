package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disks of old checkpoints that are plugged in for the length of a rollback of paths. */
final class ThrowawayDisks {
    private static final Logger LOG = LoggerFactory.getLogger(ThrowawayDisks.class);
    private static final String PREFIX = "rollback-";

    private ThrowawayDisks() {}

    /** A serial number that no disk of any sandbox has. */
    static String serial(RandomGenerator random) {
        return PREFIX + String.format("%08x", random.nextInt());
    }

    /** Unplugs one; a guest that does not let go keeps it, and {@link #detachAll} tries again later. */
    static void detach(Vm vm, String serial) {
        try {
            vm.detach(serial);
        } catch (VmException stays) {
            LOG.warn("disk {} stays plugged into {}: {}", serial, vm.id(), stays.getMessage());
        }
    }

    /** Unplugs those that an earlier rollback could not. */
    static void detachAll(Vm vm) {
        plugged(vm).forEach(serial -> detach(vm, serial));
    }

    /** The serial numbers of those that are plugged in. */
    static List<String> plugged(Vm vm) {
        return vm.attachments().stream()
                .map(DiskAttachment::serial)
                .filter(serial -> serial.startsWith(PREFIX))
                .toList();
    }
}
