package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * libvirt domains that carry our mark (vm-manager/README.md) and whose machine's directory is gone, and the domain of a
 * benchmark that was killed. virsh is asked; without it nothing is found.
 */
record DomainSearch(Programs programs, Path state, ProcessTable processes) implements Search {
    private static final String MARK = "urn:dev.mulligan:machine:1";
    private static final String BENCHMARK = "mulligan-bench-peer-";

    @Override
    public List<Stray> find() {
        List<Stray> found = new ArrayList<>();
        for (String name : virsh("list", "--all", "--name")
                .orElse("")
                .lines()
                .map(String::strip)
                .toList()) {
            if (name.startsWith(BENCHMARK)) {
                benchmark(name).ifPresent(found::add);
            } else if (name.startsWith("mulligan-")) {
                machine(name).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Stray> machine(String name) {
        return virsh("metadata", name, "--uri", MARK)
                .flatMap(DomainSearch::markedDirectory)
                // Not: "is no directory". Of one that this user must not see nothing is known.
                .filter(Files::notExists)
                .map(directory -> new Stray(
                        "domain",
                        name,
                        "its directory " + directory + " does not exist",
                        "virsh -c " + uri() + " destroy " + name));
    }

    /** Defined, not only started: it would be there after the next boot, too. */
    private Optional<Stray> benchmark(String name) {
        Matcher directory = Pattern.compile(Pattern.quote(state + "/" + BenchSearch.PREFIX) + "(\\d+)/")
                .matcher(virsh("dumpxml", name).orElse(""));
        return directory.find() && !BenchSearch.runs(processes.read(directory.group(1)))
                ? Optional.of(new Stray(
                        "domain",
                        name,
                        "its benchmark, process " + directory.group(1) + ", has ended",
                        "virsh -c " + uri() + " destroy " + name + "; virsh -c " + uri() + " undefine " + name
                                + " --snapshots-metadata"))
                : Optional.empty();
    }

    private static Optional<Path> markedDirectory(String mark) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Element machine = factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(mark)))
                    .getDocumentElement();
            String id = machine.getAttribute("id");
            Path machines = Path.of(machine.getAttribute("machines"));
            return id.isEmpty() || !machines.isAbsolute() ? Optional.empty() : Optional.of(machines.resolve(id));
        } catch (ParserConfigurationException | SAXException | IOException notOurs) {
            return Optional.empty();
        }
    }

    private Optional<String> virsh(String... arguments) {
        List<String> command = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
        command.addAll(List.of(arguments));
        return programs.output(command);
    }

    static String uri() {
        return System.getProperty("user.name").equals("root") ? "qemu:///system" : "qemu:///session";
    }
}
