package dev.mulligan.vm.libvirt.xml;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** What to record of a domain, and where. */
public final class SnapshotXml {
    private SnapshotXml() {}

    /**
     * Writes a snapshot's description.
     *
     * @param layer to which the first disk moves on
     * @param memory where the memory goes; empty for none
     * @param others the domain's other disks, by target: they stay as they are
     */
    public static String write(Path layer, Optional<Path> memory, Collection<String> others) {
        var snapshot = new Element("domainsnapshot");
        snapshot.child("memory", element -> {
            element.attribute("snapshot", memory.isPresent() ? "external" : "no");
            memory.ifPresent(file -> element.attribute("file", file));
        });
        snapshot.child("disks", disks -> {
            disks.child(
                    "disk",
                    disk -> disk.attribute("name", DiskXml.FIRST)
                            .attribute("snapshot", "external")
                            .attribute("type", "file")
                            .child("driver", driver -> driver.attribute("type", "qcow2"))
                            .child("source", source -> source.attribute("file", layer)));
            others.forEach(other ->
                    disks.child("disk", disk -> disk.attribute("name", other).attribute("snapshot", "no")));
        });
        return snapshot.toString();
    }
}
