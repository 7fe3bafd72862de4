package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmSpec;

/**
 * The part of a sandbox's memory that goes back to the host when its programs free it ({@link VmSpec#burst}): less than
 * half. The guest boots without it, and takes it in as the last step before a template is frozen, so that it is empty in each
 * clone and no template has it. Programs use it first, since Linux takes movable memory before any other; its own
 * structures are in the rest.
 */
final class BurstMemory {
    /** Enough to boot an image, and to have its interpreters ready. */
    private static final DataSize LEAST_BASE = DataSize.ofMebibytes(384);

    /** With more, Linux takes memory in by larger blocks (arch/x86/mm/init_64.c, {@code MEM_SIZE_FOR_LARGE_BLOCK}). */
    private static final DataSize MOST_MEMORY = DataSize.ofGibibytes(64);

    // A block that is taken in is "online"; each is a write to its file
    // (Documentation/admin-guide/mm/memory-hotplug.rst).
    private static final String TAKE_IN = """
            taken=0
            for state in /sys/devices/system/memory/memory*/state; do
                if [ "$(cat "$state")" = offline ]; then
                    echo online_movable > "$state" || exit 1
                    taken=$((taken + 1))
                fi
            done
            [ "$taken" -gt 0 ]
            """;

    private BurstMemory() {}

    /** How much of a memory it is. */
    static DataSize of(DataSize memory) {
        long most = Math.min(memory.bytes() - LEAST_BASE.bytes(), memory.bytes() / 2 - 1);
        return most <= 0 || memory.compareTo(MOST_MEMORY) > 0
                ? DataSize.ZERO
                : DataSize.ofBytes(most / VmSpec.BURST_UNIT.bytes() * VmSpec.BURST_UNIT.bytes());
    }

    /** Has a guest take it in. */
    static void takeIn(Guest guest) throws InterruptedException {
        int code = GuestScript.run(guest, TAKE_IN);
        if (code != 0) {
            throw HostException.of(HostErrorCode.GUEST_MISBEHAVED, "memory that is plugged in")
                    .value("not taken in, code " + code)
                    .expected("a kernel with CONFIG_MEMORY_HOTPLUG and CONFIG_ACPI_HOTPLUG_MEMORY")
                    .remedy("build the image with Debian's or Ubuntu's kernel")
                    .build();
        }
    }
}
