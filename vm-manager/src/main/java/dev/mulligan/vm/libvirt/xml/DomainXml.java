package dev.mulligan.vm.libvirt.xml;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.GuestMemory;
import java.util.List;

/** The domain of a machine: its own kernel, one disk, one port, a console, randomness, and no network card. */
public final class DomainXml {
    /**
     * QEMU's board with one bus, into which disks are plugged while the machine runs. The one with PCI Express needs a port
     * for each, which a clone or a return pays for: they are devices, whose state is loaded.
     */
    public static final String BOARD = "pc";

    /** The namespace of the element that marks a domain as ours. */
    public static final String MARK = "urn:dev.mulligan:machine:1";

    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";

    // Without a bound the translation cache of an emulated guest grows beyond 700 MB.
    private static final int TRANSLATION_CACHE_MEBIBYTES = 64;

    private final Engine engine;

    public DomainXml(Engine engine) {
        this.engine = engine;
    }

    public String write(DomainPlan plan) {
        VmSpec spec = plan.spec();
        var domain = new Element("domain")
                .attribute("type", engine.accelerated() ? "kvm" : "qemu")
                .attribute("xmlns:qemu", QEMU)
                .textChild("name", plan.key().name())
                .textChild("uuid", plan.key().uuid())
                // A new generation at every start and restore tells the guest's kernel to reseed its randomness.
                .child("genid")
                .child("metadata", metadata -> metadata.child("mulligan:machine", mark -> mark(mark, plan)))
                .child(
                        "memory",
                        memory -> memory.attribute("unit", "MiB")
                                .text(memory(plan).toMebibytes()))
                .textChild("vcpu", spec.processors())
                .child("os", os -> boot(os, plan))
                .child("features", this::features)
                .child("cpu", this::processor)
                .child("clock", clock -> clock.attribute("offset", "utc"))
                .textChild("on_poweroff", "destroy")
                .textChild("on_reboot", "restart")
                .textChild("on_crash", "destroy")
                .child("devices", devices -> devices(devices, plan));
        engine.label()
                .ifPresent(label -> domain.child(
                        "seclabel",
                        security -> security.attribute("type", "static")
                                .attribute("model", "dac")
                                // Ownership is ours to give: libvirt would hand the shared image to the process, and
                                // not take it back.
                                .attribute("relabel", "no")
                                .textChild("label", label)));
        List<String> arguments = MemoryArguments.of(plan);
        if (!arguments.isEmpty()) {
            domain.child(
                    "qemu:commandline",
                    line -> arguments.forEach(
                            argument -> line.child("qemu:arg", element -> element.attribute("value", argument))));
        }
        // Saves some 400 questions about the processor at each start, which libvirt asks for nobody here.
        domain.child(
                "qemu:capabilities",
                capabilities -> capabilities.child(
                        "qemu:del", capability -> capability.attribute("capability", "cpu-unavailable-features")));
        return domain.toString();
    }

    private void mark(Element mark, DomainPlan plan) {
        mark.attribute("xmlns:mulligan", MARK).attribute("id", plan.spec().id()).attribute("machines", plan.machines());
        if (!engine.identity().isEmpty()) {
            mark.attribute("hypervisor", engine.identity());
        }
    }

    /** A memory of its own is all in one place. */
    private static DataSize memory(DomainPlan plan) {
        return plan.memory() instanceof GuestMemory.Own
                ? plan.spec().memory()
                : plan.spec().base();
    }

    private void boot(Element os, DomainPlan plan) {
        VmSpec spec = plan.spec();
        os.child(
                        "type",
                        type -> type.attribute("arch", "x86_64")
                                .attribute("machine", BOARD)
                                .text("hvm"))
                .textChild("kernel", spec.kernel())
                .textChild("initrd", spec.initrd())
                .textChild("cmdline", spec.kernelArguments() + engine.clock() + MemoryArguments.kernel(plan));
    }

    private void features(Element features) {
        features.child("acpi");
        if (!engine.accelerated()) {
            features.child(
                    "tcg",
                    tcg -> tcg.child(
                            "tb-cache", cache -> cache.attribute("unit", "MiB").text(TRANSLATION_CACHE_MEBIBYTES)));
        }
    }

    private void processor(Element processor) {
        if (engine.accelerated()) {
            processor.attribute("mode", "host-passthrough").attribute("migratable", "on");
        } else {
            processor.attribute("mode", "maximum");
        }
        processor.attribute("check", "none");
        for (String name : engine.hiddenFeatures()) {
            processor.child(
                    "feature", feature -> feature.attribute("policy", "disable").attribute("name", name));
        }
    }

    private void devices(Element devices, DomainPlan plan) {
        new DiskXml(DiskXml.FIRST, plan.top(), DiskFormat.QCOW2).addTo(devices);
        devices.child("controller", usb -> usb.attribute("type", "usb").attribute("model", "none"));
        devices.child(
                "serial",
                serial -> serial.attribute("type", "file")
                        .child(
                                "source",
                                source -> source.attribute("path", plan.serialLog())
                                        .attribute("append", "on"))
                        .child("target", target -> target.attribute("port", 0)));
        devices.child(
                "channel",
                channel -> channel.attribute("type", "unix")
                        .child(
                                "source",
                                source -> source.attribute("mode", "bind").attribute("path", plan.port()))
                        .child(
                                "target",
                                target -> target.attribute("type", "virtio").attribute("name", VmManager.GUEST_PORT)));
        devices.child(
                "rng",
                random -> random.attribute("model", "virtio")
                        .child(
                                "backend",
                                backend -> backend.attribute("model", "random").text("/dev/urandom")));
        devices.child("memballoon", balloon -> balloon.attribute("model", "none"));
    }
}
