package dev.mulligan.host.sandbox;

import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import java.util.Map;

/**
 * What decides which template a sandbox's machine comes from.
 *
 * @param image what it boots from
 * @param size how large it is
 */
record MachineKind(BootImage image, SandboxSize size) {
    /** The machine of this kind that has this name. */
    VmSpec spec(VmId id, Map<String, String> metadata) {
        return new VmSpec(
                        id,
                        image.disk(),
                        image.diskFormat(),
                        size.disk(),
                        image.kernel(),
                        image.initrd(),
                        image.kernelArguments(),
                        size.memory(),
                        size.processors(),
                        metadata)
                .withBurst(BurstMemory.of(size.memory()));
    }

    /** Any machine of this kind: only its shape matters. */
    VmSpec shape() {
        return spec(new VmId("shape"), Map.of());
    }
}
