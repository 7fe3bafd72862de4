package dev.mulligan.vm.machine;

import dev.mulligan.vm.VmId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Under which names a machine is known to the hypervisor. Both follow from directory and id, so that two managers
 * with directories of their own never meet, and nothing need be remembered.
 *
 * @param id the machine
 * @param uuid what the hypervisor looks up
 * @param name what people see in its lists
 */
public record DomainKey(VmId id, UUID uuid, String name) {

    /** The key of a machine of this directory. */
    public static DomainKey of(Path machines, VmId id) {
        // A name-based UUID (RFC 9562, version 3) is an identifier here, not a secret.
        UUID uuid = UUID.nameUUIDFromBytes((machines + "/" + id).getBytes(StandardCharsets.UTF_8));
        return new DomainKey(id, uuid, "mulligan-" + id + "-" + uuid.toString().substring(0, 6));
    }
}
