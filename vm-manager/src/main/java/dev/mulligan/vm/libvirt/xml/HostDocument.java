package dev.mulligan.vm.libvirt.xml;

import java.nio.file.Path;
import java.util.Optional;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A host as libvirt describes it. */
public final class HostDocument {
    private final NodeList architectures;

    private HostDocument(NodeList architectures) {
        this.architectures = architectures;
    }

    /** Reads libvirt's capabilities; IllegalArgumentException if it is not XML. */
    public static HostDocument parse(String text) {
        return new HostDocument(DomainDocument.parse(text).document().getElementsByTagName("arch"));
    }

    /** The program that executes our guests. */
    public Optional<Path> emulator() {
        for (int i = 0; i < architectures.getLength(); i++) {
            var architecture = (Element) architectures.item(i);
            NodeList emulators = architecture.getElementsByTagName("emulator");
            if (architecture.getAttribute("name").equals("x86_64") && emulators.getLength() > 0) {
                return Optional.of(Path.of(emulators.item(0).getTextContent()));
            }
        }
        return Optional.empty();
    }
}
