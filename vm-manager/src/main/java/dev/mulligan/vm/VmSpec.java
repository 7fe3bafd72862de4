package dev.mulligan.vm;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a machine is: the values from which it is defined and that never change afterwards.
 *
 * @param id its name
 * @param disk the immutable disk below; absolute, readable for the hypervisor's user; never written to
 * @param diskFormat how that file is laid out
 * @param diskSize how large the guest sees its disk, and the most it can write; at least as large as {@code disk}
 * @param kernel the kernel to boot, absolute
 * @param initrd the initial file system, absolute
 * @param kernelArguments the kernel's command line; the console is {@code ttyS0}
 * @param memory the guest's memory, 64 MiB to 1 TiB, in whole mebibytes
 * @param processors virtual processors, 1 to 64
 * @param metadata free text that comes back with the machine after a restart
 * @param template the template from which it goes on; empty for a machine that boots
 * @param burst how much of the memory is beside the template's: it comes after what the template has, is plugged in as
 *     memory blocks that are offline until the guest takes them in, and goes back to the host when the guest frees it. In
 *     whole {@link #BURST_UNIT}s, and not just half of the memory; zero for none. Of use only to a machine from a template
 */
public record VmSpec(
        VmId id,
        Path disk,
        DiskFormat diskFormat,
        DataSize diskSize,
        Path kernel,
        Path initrd,
        String kernelArguments,
        DataSize memory,
        int processors,
        Map<String, String> metadata,
        Optional<TemplateId> template,
        DataSize burst) {
    /** Linux takes memory in by blocks of this size: arch/x86/mm/init_64.c, {@code MIN_MEMORY_BLOCK_SIZE}. */
    public static final DataSize BURST_UNIT = DataSize.ofMebibytes(128);

    private static final DataSize LEAST_MEMORY = DataSize.ofMebibytes(64);
    private static final DataSize MOST_MEMORY = DataSize.ofGibibytes(1024);
    private static final DataSize LEAST_DISK = DataSize.ofMebibytes(1);
    // What the x86 boot protocol guarantees to carry (Documentation/arch/x86/boot.rst, cmdline_size).
    private static final int LONGEST_ARGUMENTS = 2047;

    public VmSpec {
        requireAbsolute("disk", disk);
        requireAbsolute("kernel", kernel);
        requireAbsolute("initrd", initrd);
        if (memory.compareTo(LEAST_MEMORY) < 0
                || memory.compareTo(MOST_MEMORY) > 0
                || memory.bytes() % (1 << 20) != 0) {
            throw VmException.invalid("memory", memory, "64Mi to 1024Gi, whole Mi", "correct the machine's memory");
        }
        // libvirt keeps a memory of its own, of the size of the template's, which is not used: the two look alike.
        if (burst.bytes() == memory.bytes() - burst.bytes()
                || burst.bytes() % BURST_UNIT.bytes() != 0
                || burst.bytes() > memory.bytes() - LEAST_MEMORY.bytes()) {
            throw VmException.invalid(
                    "burst memory",
                    burst,
                    "whole " + BURST_UNIT + ", not half of the memory, and at least " + LEAST_MEMORY + " of " + memory
                            + " beside it",
                    "correct the machine's burst memory");
        }
        if (processors < 1 || processors > 64) {
            throw VmException.invalid("processors", processors, "1 to 64", "correct the number of processors");
        }
        if (diskSize.compareTo(LEAST_DISK) < 0 || diskSize.bytes() % 512 != 0) {
            throw VmException.invalid(
                    "disk size", diskSize, "at least 1Mi, a multiple of 512", "correct the machine's disk size");
        }
        if (kernelArguments.length() > LONGEST_ARGUMENTS
                || kernelArguments.chars().anyMatch(Character::isISOControl)) {
            throw VmException.invalid(
                    "kernel arguments",
                    kernelArguments,
                    "at most " + LONGEST_ARGUMENTS + " characters, none of them a control character",
                    "shorten the kernel's arguments");
        }
        metadata = Map.copyOf(metadata);
    }

    /** A machine that boots. */
    public VmSpec(
            VmId id,
            Path disk,
            DiskFormat diskFormat,
            DataSize diskSize,
            Path kernel,
            Path initrd,
            String kernelArguments,
            DataSize memory,
            int processors,
            Map<String, String> metadata) {
        this(
                id,
                disk,
                diskFormat,
                diskSize,
                kernel,
                initrd,
                kernelArguments,
                memory,
                processors,
                metadata,
                Optional.empty(),
                DataSize.ZERO);
    }

    /** What is the template's of a clone's memory, and of a template in the making all that it uses. */
    public DataSize base() {
        return DataSize.ofBytes(memory.bytes() - burst.bytes());
    }

    /** The same machine with so much of its memory beside the template's. */
    public VmSpec withBurst(DataSize beside) {
        return new VmSpec(
                id,
                disk,
                diskFormat,
                diskSize,
                kernel,
                initrd,
                kernelArguments,
                memory,
                processors,
                metadata,
                template,
                beside);
    }

    /** The same machine under another name, with other metadata. */
    public VmSpec named(VmId other, Map<String, String> about) {
        return new VmSpec(
                other,
                disk,
                diskFormat,
                diskSize,
                kernel,
                initrd,
                kernelArguments,
                memory,
                processors,
                about,
                template,
                burst);
    }

    /** The same machine on a template, whose frozen disk takes the place of its own. */
    public VmSpec on(TemplateId origin, Path frozenDisk) {
        return new VmSpec(
                id,
                frozenDisk,
                DiskFormat.QCOW2,
                diskSize,
                kernel,
                initrd,
                kernelArguments,
                memory,
                processors,
                metadata,
                Optional.of(origin),
                burst);
    }

    private static void requireAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw VmException.invalid(what, path, "an absolute path", "resolve it first");
        }
    }
}
