package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.libvirt.xml.DiskXml;
import dev.mulligan.vm.libvirt.xml.DomainDocument;
import dev.mulligan.vm.libvirt.xml.SnapshotXml;
import dev.mulligan.vm.machine.DomainPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A domain with a memory of its own: all is done by libvirt, which writes and reads the whole memory. */
final class LibvirtWay implements DomainWay {
    @Override
    public void save(Domain domain, DomainPlan plan, Path memory) {
        domain.save(memory.toString());
    }

    @Override
    public Duration snapshot(Domain domain, DomainPlan plan, Path layer, Optional<Path> memory) {
        long begin = System.nanoTime();
        Optional<DomainDocument> description = domain.description();
        if (description.isPresent() && description.get().firstDisk().isEmpty()) {
            throw MachineDisk.thrownOut();
        }
        List<String> others = description.stream()
                .flatMap(document -> document.furtherDisks().stream())
                .map(DomainDocument.Disk::target)
                .toList();
        int flags = NativeCalls.SNAPSHOT_NO_METADATA
                | NativeCalls.SNAPSHOT_REUSE_EXT
                | NativeCalls.SNAPSHOT_ATOMIC
                | (memory.isEmpty() ? NativeCalls.SNAPSHOT_DISK_ONLY : 0);
        domain.snapshot(SnapshotXml.write(layer, memory, others), flags);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public boolean flatten(Domain domain, Path image) {
        pull(domain, image).begin();
        return false;
    }

    @Override
    public boolean isFlattened(Domain domain, Path image) {
        return pull(domain, image).isDone();
    }

    @Override
    public void giveUpFlattening(Domain domain, Path image) {
        pull(domain, image).giveUp();
    }

    private static BlockPull pull(Domain domain, Path image) {
        return new BlockPull(domain, DiskXml.FIRST, image);
    }

    /** It does not: libvirt's job ends by itself, before what it copied is sure to survive a kill of the process. */
    @Override
    public void beginFlattening(Domain domain, Path image) {}

    @Override
    public boolean endFlattening(Domain domain, Path image) {
        return false;
    }

    @Override
    public Optional<Path> top(Domain domain) {
        return domain.description().flatMap(DomainDocument::firstDisk).map(DomainDocument.Disk::file);
    }
}
