package dev.mulligan.host.cli.doctor;

import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the processor runs guests itself. A /dev/kvm that exists says little: the host agent tries it with a guest
 * when it starts, so its word counts; without it, this is what the processor's flags promise.
 */
record AccelerationCheck(Path proc, Path kvm, Optional<GetStatusResponse> status) implements Check {
    private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*:.*\\b(vmx|svm)\\b");
    /** As measured: host-agent/BENCHMARKS.md. */
    private static final String MEANING =
            "everything works, several times slower: the first sandbox of an image takes most of a minute, each further one about a second";

    @Override
    public List<Finding> run() {
        if (status.isPresent()) {
            String detail = status.get().getAcceleration() + " (" + status.get().getAccelerationReason() + ")";
            return List.of(
                    status.get().getAcceleration().equalsIgnoreCase("kvm")
                            ? Finding.ok("acceleration", detail)
                            : emulation(detail));
        }
        if (!hasFlags()) {
            return List.of(emulation("software emulation: the processor shows neither vmx nor svm"));
        }
        if (!Files.isReadable(kvm) || !Files.isWritable(kvm)) {
            return List.of(emulation("software emulation: " + kvm + " cannot be opened"));
        }
        return List.of(Finding.ok("acceleration", "KVM seems usable; the host agent tries it when it starts"));
    }

    private static Finding emulation(String detail) {
        return Finding.warn(
                "acceleration",
                detail + "; " + MEANING,
                "for speed, use a machine with KVM, allow nested virtualization, or join the group kvm");
    }

    private boolean hasFlags() {
        try {
            return FLAGS.matcher(Files.readString(proc.resolve("cpuinfo"))).find();
        } catch (IOException unreadable) {
            return false;
        }
    }
}
