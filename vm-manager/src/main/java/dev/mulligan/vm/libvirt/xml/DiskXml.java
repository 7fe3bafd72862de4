package dev.mulligan.vm.libvirt.xml;

import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.checkpoint.Attachment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk of a domain.
 *
 * @param target its device in the domain
 * @param file what it reads and writes
 * @param format how the file is laid out
 * @param serial by which the guest finds it
 * @param readOnly whether the guest may only read
 */
public record DiskXml(String target, Path file, DiskFormat format, Optional<String> serial, boolean readOnly) {
    /** The target of the disk that a machine boots from. */
    public static final String FIRST = "vda";

    DiskXml(String target, Path file, DiskFormat format) {
        this(target, file, format, Optional.empty(), false);
    }

    public static DiskXml of(Attachment attachment) {
        return new DiskXml(
                attachment.target(),
                attachment.disk().file(),
                attachment.disk().format(),
                Optional.of(attachment.serial()),
                attachment.disk().readOnly());
    }

    public String write() {
        return describe(new Element("disk")).toString();
    }

    void addTo(Element devices) {
        devices.child("disk", this::describe);
    }

    private Element describe(Element disk) {
        disk.attribute("type", "file").attribute("device", "disk");
        disk.child("driver", driver -> {
            driver.attribute("name", "qemu").attribute("type", format.driver());
            if (!readOnly) {
                driver.attribute("discard", "unmap");
            }
            // A host that is full, or loses its disk, must stop the guest and not make it believe in a broken disk.
            driver.attribute("error_policy", "stop").attribute("rerror_policy", "stop");
        });
        disk.child("source", source -> source.attribute("file", file));
        disk.child("target", device -> device.attribute("dev", target).attribute("bus", "virtio"));
        if (readOnly) {
            disk.child("readonly");
        }
        serial.ifPresent(name -> disk.textChild("serial", name));
        return disk;
    }
}
