package dev.mulligan.host.cli.bench.peer;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A sandbox's domain as libvirt describes it, turned into one of the same shape that only {@code virsh} drives. */
final class PeerDomain {
    private PeerDomain() {}

    /** What a machine boots from; that of a sandbox may have gone on from a template instead. */
    record Boot(Path kernel, Path initrd, String arguments) {}

    /** Other name, disk, port and serial log; no identity, metadata or past of the old one. */
    static String rewrite(String xml, String name, Boot boot, Path disk, Path port, Path serialLog) throws IOException {
        try {
            Document document = DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)));
            each(
                    document,
                    "/domain/uuid|/domain/metadata|/domain/seclabel|//alias|//backingStore|//genid"
                            + "|//os/kernel|//os/initrd|//os/cmdline|/domain/*[local-name()='commandline']",
                    node -> node.getParentNode().removeChild(node));
            document.getDocumentElement().removeAttribute("id");
            each(document, "/domain/name", node -> node.setTextContent(name));
            each(document, "/domain/os", node -> {
                add(document, node, "kernel", boot.kernel().toString());
                add(document, node, "initrd", boot.initrd().toString());
                add(document, node, "cmdline", boot.arguments());
            });
            each(document, "//disk[target/@dev='vda']/source", node -> set(node, "file", disk));
            each(document, "//channel/source[@path]", node -> set(node, "path", port));
            each(document, "//serial/source[@path]|//console/source[@path]", node -> set(node, "path", serialLog));
            each(document, "//serial/log|//console/log", node -> set(node, "file", serialLog));
            StringWriter text = new StringWriter();
            TransformerFactory.newDefaultInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (ParserConfigurationException
                | SAXException
                | XPathExpressionException
                | TransformerException failure) {
            throw new IOException("domain XML that libvirt printed: " + failure.getMessage(), failure);
        }
    }

    private static void set(Node node, String attribute, Path value) {
        ((Element) node).setAttribute(attribute, value.toString());
    }

    private static void add(Document document, Node parent, String name, String text) {
        parent.appendChild(document.createElement(name)).setTextContent(text);
    }

    private static void each(Document document, String path, java.util.function.Consumer<Node> action)
            throws XPathExpressionException {
        NodeList nodes = (NodeList)
                XPathFactory.newDefaultInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        for (int i = 0; i < nodes.getLength(); i++) {
            action.accept(nodes.item(i));
        }
    }
}
