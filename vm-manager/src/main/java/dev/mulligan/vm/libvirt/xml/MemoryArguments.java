package dev.mulligan.vm.libvirt.xml;

import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.GuestMemory;
import java.nio.file.Path;
import java.util.List;

/** QEMU's own arguments for a memory that is in a file: libvirt would choose the file itself, and delete it. */
final class MemoryArguments {
    private MemoryArguments() {}

    /** None for a memory that is with the process. */
    static List<String> of(DomainPlan plan) {
        long bytes = plan.spec().memory().bytes();
        return switch (plan.memory()) {
            case GuestMemory.Own _ -> List.of();
            case GuestMemory.Written written -> arguments(written.file(), bytes, "share=on");
            // QEMU opens the file for reading only, so not even one that the guest broke into can change it.
            case GuestMemory.Shared shared -> arguments(shared.file(), bytes, "share=off,readonly=on,rom=off");
        };
    }

    private static List<String> arguments(Path file, long bytes, String how) {
        // QEMU reads two commas as one.
        String path = file.toString().replace(",", ",,");
        return List.of(
                "-object",
                "memory-backend-file,id=mulligan.memory,size=" + bytes + ",mem-path=" + path + "," + how,
                "-machine",
                "memory-backend=mulligan.memory",
                // The state of the devices is written by itself, without the section that names the machine.
                "-global",
                "migration.send-configuration=off");
    }
}
