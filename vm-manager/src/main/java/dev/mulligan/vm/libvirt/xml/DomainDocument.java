package dev.mulligan.vm.libvirt.xml;

import dev.mulligan.vm.VmId;
import dev.mulligan.vm.machine.DomainKey;
import dev.mulligan.vm.machine.DomainMark;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A domain as libvirt describes it. */
public final class DomainDocument {
    private static final String DEEPEST = "1000";

    private final Document document;

    private DomainDocument(Document document) {
        this.document = document;
    }

    /** Reads libvirt's text; IllegalArgumentException if it is not XML. */
    public static DomainDocument parse(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // libvirt nests a disk's chain, one element per layer; the JDK would end at 100.
            factory.setAttribute("jdk.xml.maxElementDepth", DEEPEST);
            return new DomainDocument(factory.newDocumentBuilder().parse(new InputSource(new StringReader(text))));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException("not XML: " + text, e);
        }
    }

    /** Our mark, if the domain carries one. */
    public Optional<DomainMark> mark() {
        NodeList marks = document.getElementsByTagNameNS(DomainXml.MARK, "machine");
        if (marks.getLength() == 0) {
            return Optional.empty();
        }
        var mark = (Element) marks.item(0);
        var id = new VmId(mark.getAttribute("id"));
        var key = new DomainKey(id, UUID.fromString(text("uuid")), text("name"));
        return Optional.of(new DomainMark(key, Path.of(mark.getAttribute("machines"))));
    }

    /** What its process is, as its mark says; empty if it says nothing: an earlier version started it. */
    public Optional<String> hypervisor() {
        NodeList marks = document.getElementsByTagNameNS(DomainXml.MARK, "machine");
        return Optional.ofNullable((Element) marks.item(0))
                .map(mark -> mark.getAttribute("hypervisor"))
                .filter(identity -> !identity.isEmpty());
    }

    /** A disk of the domain: its target, its file, and its serial, empty if it has none. */
    public record Disk(String target, Path file, String serial) {
        private boolean isFirst() {
            return target.equals(DiskXml.FIRST);
        }
    }

    /** The one that it boots from; empty if the guest has thrown it out. */
    public Optional<Disk> firstDisk() {
        return disks().stream().filter(Disk::isFirst).findFirst();
    }

    /** Those that were plugged in. */
    public List<Disk> furtherDisks() {
        return disks().stream().filter(disk -> !disk.isFirst()).toList();
    }

    List<Disk> disks() {
        var disks = new ArrayList<Disk>();
        for (Element disk : elements("disk")) {
            String target =
                    child(disk, "target").map(node -> node.getAttribute("dev")).orElse("");
            String file =
                    child(disk, "source").map(node -> node.getAttribute("file")).orElse("");
            String serial = child(disk, "serial").map(Node::getTextContent).orElse("");
            disks.add(new Disk(target, Path.of(file), serial));
        }
        return disks;
    }

    /** The file directly below a disk's own. */
    public Optional<Path> below(String target) {
        return elements("disk").stream()
                .filter(disk -> child(disk, "target")
                        .filter(node -> node.getAttribute("dev").equals(target))
                        .isPresent())
                .flatMap(disk -> child(disk, "backingStore").stream())
                .flatMap(below -> child(below, "source").stream())
                .map(source -> Path.of(source.getAttribute("file")))
                .findFirst();
    }

    /**
     * The same domain for another process, with another file below a disk; what libvirt knew of the former file's chain
     * is dropped, and how the former process ranked.
     */
    public String withDisk(String target, Path file) {
        forgetShares(document);
        for (Element disk : elements("disk")) {
            boolean wanted = child(disk, "target")
                    .filter(node -> node.getAttribute("dev").equals(target))
                    .isPresent();
            if (wanted) {
                child(disk, "source").ifPresent(source -> source.setAttribute("file", file.toString()));
                child(disk, "backingStore").ifPresent(disk::removeChild);
            }
        }
        return write(document);
    }

    /** A process begins without a rank; and a host without control groups would not start one that has it. */
    static void forgetShares(Document document) {
        NodeList found = document.getElementsByTagName("shares");
        while (found.getLength() > 0) {
            Node shares = found.item(0);
            shares.getParentNode().removeChild(shares);
        }
    }

    Document document() {
        return document;
    }

    static String write(Document document) {
        try {
            Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            var result = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(result));
            return result.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }

    private String text(String name) {
        return child(document.getDocumentElement(), name)
                .map(Node::getTextContent)
                .orElse("");
    }

    private List<Element> elements(String name) {
        NodeList nodes = document.getElementsByTagName(name);
        var elements = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static Optional<Element> child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }
}
