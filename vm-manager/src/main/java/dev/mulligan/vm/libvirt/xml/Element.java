package dev.mulligan.vm.libvirt.xml;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** An element that is being built: names are ours, values are escaped when written. */
final class Element {
    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Element> children = new ArrayList<>();
    private Optional<String> text = Optional.empty();

    Element(String name) {
        this.name = name;
    }

    Element attribute(String attribute, Object value) {
        attributes.put(attribute, value.toString());
        return this;
    }

    Element text(Object value) {
        text = Optional.of(value.toString());
        return this;
    }

    /** Adds a child and returns this element, so that siblings line up. */
    Element child(String child, Consumer<Element> content) {
        var element = new Element(child);
        content.accept(element);
        children.add(element);
        return this;
    }

    Element child(String child) {
        return child(child, empty -> {});
    }

    Element textChild(String child, Object value) {
        return child(child, element -> element.text(value));
    }

    @Override
    public String toString() {
        var result = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(result);
            write(writer, "");
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return result.append('\n').toString();
    }

    private void write(XMLStreamWriter writer, String indent) throws XMLStreamException {
        boolean empty = children.isEmpty() && text.isEmpty();
        if (empty) {
            writer.writeEmptyElement(name);
        } else {
            writer.writeStartElement(name);
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            writer.writeAttribute(attribute.getKey(), attribute.getValue());
        }
        if (text.isPresent()) {
            writer.writeCharacters(text.get());
        }
        for (Element child : children) {
            writer.writeCharacters("\n" + indent + "  ");
            child.write(writer, indent + "  ");
        }
        if (!children.isEmpty()) {
            writer.writeCharacters("\n" + indent);
        }
        if (!empty) {
            writer.writeEndElement();
        }
    }
}
