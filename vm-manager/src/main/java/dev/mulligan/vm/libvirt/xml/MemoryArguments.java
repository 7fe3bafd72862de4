package dev.mulligan.vm.libvirt.xml;

import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.GuestMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** QEMU's own arguments for a memory that is in a file: libvirt would choose the file itself, and delete it. */
final class MemoryArguments {
    // libvirt gives out the low numbers.
    private static final String BALLOON_PLACE = "bus=pci.0,addr=0x1e";

    private MemoryArguments() {}

    /** None for a memory that is with the process. */
    static List<String> of(DomainPlan plan) {
        return switch (plan.memory()) {
            case GuestMemory.Own _ -> List.of();
            case GuestMemory.Written written -> arguments(written.file(), plan.spec(), "share=on");
            // QEMU opens the file for reading only, so not even one that the guest broke into can change it.
            case GuestMemory.Shared shared -> arguments(shared.file(), plan.spec(), "share=off,readonly=on,rom=off");
        };
    }

    /** What the kernel is told of the memory that is plugged in. */
    static String kernel(DomainPlan plan) {
        String how = switch (plan.memory()) {
            case GuestMemory.Own _ -> "";
            // Whoever makes the template says when: what the guest puts there is in no file, and each clone's own.
            case GuestMemory.Written _ -> "offline";
            case GuestMemory.Shared _ -> "online_movable";
        };
        // Without the second, Linux keeps 64 MiB for devices that cannot reach memory beyond 4 GiB. There are none.
        return how.isEmpty() || plan.spec().burst().bytes() == 0
                ? ""
                : " memhp_default_state=" + how + " swiotlb=noforce";
    }

    private static List<String> arguments(Path file, VmSpec spec, String how) {
        // QEMU reads two commas as one.
        String path = file.toString().replace(",", ",,");
        var arguments = new ArrayList<>(List.of(
                "-object",
                "memory-backend-file,id=mulligan.memory,size=" + spec.base().bytes() + ",mem-path=" + path + "," + how,
                "-machine",
                "memory-backend=mulligan.memory",
                // The state of the devices is written by itself, without the section that names the machine.
                "-global",
                "migration.send-configuration=off"));
        if (spec.burst().bytes() > 0) {
            arguments.addAll(burst(spec));
        }
        return List.copyOf(arguments);
    }

    /** A memory module without a file, and the device by which the guest says which pages it does not use. */
    private static List<String> burst(VmSpec spec) {
        return List.of(
                "-m",
                "slots=1,maxmem=" + spec.memory().toMebibytes() + "M",
                "-object",
                "memory-backend-ram,id=mulligan.burst,reserve=off,size="
                        + spec.burst().bytes(),
                "-device",
                "pc-dimm,id=mulligan.module,memdev=mulligan.burst",
                "-device",
                "virtio-balloon-pci,id=mulligan.balloon,free-page-reporting=on," + BALLOON_PLACE);
    }
}
