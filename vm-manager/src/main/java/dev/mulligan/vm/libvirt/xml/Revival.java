package dev.mulligan.vm.libvirt.xml;

import dev.mulligan.vm.machine.DomainPlan;
import java.util.ArrayList;
import java.util.List;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The description of a machine as it was when it was frozen, turned into one for the machine that goes on from there:
 * the same devices at the same addresses, under another name and with other files.
 */
public final class Revival {
    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";

    private final Document document;

    private Revival(Document document) {
        this.document = document;
    }

    /**
     * Turns a description into another.
     *
     * @param frozen libvirt's XML of the machine that was frozen
     * @param plan of the machine that goes on
     */
    public static String of(String frozen, DomainPlan plan) {
        var revival = new Revival(DomainDocument.parse(frozen).document());
        revival.name(plan);
        revival.doNotBoot();
        DomainDocument.forgetShares(revival.document);
        revival.files(plan);
        revival.memory(plan);
        return DomainDocument.write(revival.document);
    }

    private void name(DomainPlan plan) {
        Element domain = document.getDocumentElement();
        child(domain, "name").setTextContent(plan.key().name());
        child(domain, "uuid").setTextContent(plan.key().uuid().toString());
        // Empty: libvirt chooses a new one, by which the guest's kernel knows that it must reseed its randomness.
        child(domain, "genid").setTextContent("");
        Element mark = (Element)
                document.getElementsByTagNameNS(DomainXml.MARK, "machine").item(0);
        mark.setAttribute("id", plan.key().id().value());
        mark.setAttribute("machines", plan.machines().toString());
    }

    /** The kernel is in the memory already; loading it anew would cost each machine a copy of its own. */
    private void doNotBoot() {
        Element os = child(document.getDocumentElement(), "os");
        for (String name : List.of("kernel", "initrd", "cmdline")) {
            elements(os, name).forEach(os::removeChild);
        }
        child(document.getDocumentElement(), "on_reboot").setTextContent("destroy");
    }

    private void files(DomainPlan plan) {
        Element devices = child(document.getDocumentElement(), "devices");
        for (Element disk : elements(devices, "disk")) {
            if (child(disk, "target").getAttribute("dev").equals(DiskXml.FIRST)) {
                child(disk, "source").setAttribute("file", plan.top().toString());
                elements(disk, "backingStore").forEach(disk::removeChild);
            }
        }
        for (Element channel : elements(devices, "channel")) {
            child(channel, "source").setAttribute("path", plan.port().toString());
        }
        for (String name : List.of("serial", "console")) {
            for (Element console : elements(devices, name)) {
                child(console, "source").setAttribute("path", plan.serialLog().toString());
            }
        }
    }

    private void memory(DomainPlan plan) {
        NodeList former = document.getElementsByTagNameNS(QEMU, "commandline");
        while (former.getLength() > 0) {
            Node node = former.item(0);
            node.getParentNode().removeChild(node);
        }
        Element line = document.createElementNS(QEMU, "qemu:commandline");
        for (String argument : MemoryArguments.of(plan)) {
            Element element = document.createElementNS(QEMU, "qemu:arg");
            element.setAttribute("value", argument);
            line.appendChild(element);
        }
        document.getDocumentElement().appendChild(line);
    }

    private static Element child(Element parent, String name) {
        List<Element> found = elements(parent, name);
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "<" + parent.getTagName() + "> of a frozen machine: no <" + name + "> (expected: one)");
        }
        return found.getFirst();
    }

    private static List<Element> elements(Element parent, String name) {
        var found = new ArrayList<Element>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
