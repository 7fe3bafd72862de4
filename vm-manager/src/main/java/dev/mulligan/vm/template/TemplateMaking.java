package dev.mulligan.vm.template;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.WarmUp;
import dev.mulligan.vm.disk.DiskTool;
import dev.mulligan.vm.machine.DomainKey;
import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.GuestMemory;
import dev.mulligan.vm.machine.Hypervisor;
import dev.mulligan.vm.machine.TemplateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes one template: a layer, a memory file, a boot, a warm-up, a freeze; then nobody may write to the files any more,
 * their digests are taken, and the directory gets its name in one step.
 */
final class TemplateMaking {
    /** Begins the name of a directory that is not complete. */
    static final String UNFINISHED = ".new-";

    /** With less left, whatever fails has failed for want of room. */
    private static final DataSize FULL = DataSize.ofMebibytes(1);

    private final Path machines;
    private final Hypervisor hypervisor;
    private final DiskTool disks;
    private final InstantSource clock;

    TemplateMaking(Path machines, Hypervisor hypervisor, DiskTool disks, InstantSource clock) {
        this.machines = machines;
        this.hypervisor = hypervisor;
        this.disks = disks;
        this.clock = clock;
    }

    /** @throws VmException {@code HOST_DISK_FULL} before or in the middle of it; nothing is left then */
    Template make(TemplateId id, VmId domain, VmSpec shape, String content, WarmUp warmUp) {
        var target = TemplateFiles.of(machines, id);
        var files = new TemplateFiles(target.root().resolveSibling(UNFINISHED + id));
        DomainKey key = DomainKey.of(machines, domain);
        VmSpec spec = shape.named(domain, Map.of("template", id.value()));
        long begin = System.nanoTime();
        try {
            requireShort(files);
            requireRoom(spec.base());
            prepare(files, spec);
            hypervisor.boot(new DomainPlan(
                    key,
                    machines,
                    spec,
                    files.disk(),
                    files.port(),
                    files.serialLog(),
                    new GuestMemory.Written(files.memory())));
            warmUp.warm(files.port(), files.serialLog());
            hypervisor.freeze(
                    new DomainPlan(
                            key,
                            machines,
                            spec,
                            files.disk(),
                            files.port(),
                            files.serialLog(),
                            new GuestMemory.Written(files.memory())),
                    files.moment());
            return seal(files, target, id, shape, content, Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException | VmException e) {
            throw explain(files, e);
        } finally {
            hypervisor.destroy(key);
            TemplateFiles.remove(files.root());
        }
    }

    /** Of all sockets of a directory of machines this one has the longest path. */
    private static void requireShort(TemplateFiles files) {
        int length = files.port().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > VmManager.LONGEST_SOCKET_PATH) {
            throw VmException.of(
                    VmErrorCode.INVALID_ARGUMENT,
                    "socket path " + files.port(),
                    length + " bytes",
                    "at most " + VmManager.LONGEST_SOCKET_PATH,
                    "use a shorter directory for machines");
        }
    }

    /** The memory file may become as large as the memory; a machine that finds no room for a page of it dies. */
    private void requireRoom(DataSize memory) throws IOException {
        Files.createDirectories(machines);
        DataSize room = room();
        if (room.compareTo(memory) < 0) {
            throw VmException.of(
                    VmErrorCode.HOST_DISK_FULL,
                    "room on the host's disk for a template",
                    room,
                    "at least " + memory,
                    "free space on the host");
        }
    }

    private DataSize room() {
        return disks.room(machines);
    }

    /** A hypervisor whose process died for want of room does not say so. */
    private VmException explain(TemplateFiles files, Exception cause) {
        if (room().compareTo(FULL) < 0) {
            return new VmException(
                    VmErrorCode.HOST_DISK_FULL,
                    "template, in the middle of its making: " + cause
                            + " (expected: room on the disk); free space on the host",
                    cause);
        }
        return cause instanceof VmException known
                ? known
                : new VmException(
                        VmErrorCode.STORAGE_FAILED,
                        "template cannot be written: " + files.root() + ": " + cause,
                        cause);
    }

    private void prepare(TemplateFiles files, VmSpec spec) throws IOException {
        Files.createDirectories(files.root());
        Files.setPosixFilePermissions(files.root(), PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(files.root().resolveSibling("."), PosixFilePermissions.fromString("rwx--x--x"));
        disks.createLayer(files.disk(), spec.disk(), spec.diskFormat(), spec.diskSize());
        hypervisor.grant(files.disk(), Hypervisor.Access.WRITE);
        try (FileChannel memory =
                FileChannel.open(files.memory(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // A hole as large as the memory: ftruncate(2) by writing nothing but the last byte.
            memory.write(java.nio.ByteBuffer.allocate(1), spec.base().bytes() - 1);
        }
        hypervisor.grant(files.memory(), Hypervisor.Access.WRITE);
    }

    private Template seal(
            TemplateFiles files, TemplateFiles target, TemplateId id, VmSpec shape, String content, Duration making)
            throws IOException {
        var digests = new TreeMap<String, String>();
        long size = 0;
        for (Path file : List.of(files.disk(), files.memory(), files.moment())) {
            hypervisor.grant(file, Hypervisor.Access.READ);
            sync(file);
            digests.put(file.getFileName().toString(), FrozenDigest.of(file));
            size += DataExtents.bytes(file);
        }
        Files.deleteIfExists(files.port());
        Files.deleteIfExists(files.serialLog());
        var template = new Template(id, content, shape.memory(), DataSize.ofBytes(size), clock.instant(), making);
        Files.writeString(files.record(), new TemplateRecord(template, hypervisor.identity(), digests).write());
        sync(files.record());
        Files.move(files.root(), target.root(), StandardCopyOption.ATOMIC_MOVE);
        sync(target.root().resolveSibling("."));
        return template;
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
