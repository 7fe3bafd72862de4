package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.libvirt.xml.DomainXml;
import dev.mulligan.vm.libvirt.xml.Engine;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What executes guests on this host, as it is now. Hypervisors are upgraded under programs that run: the daemon is asked
 * again when it was away, and when the emulator is another file than it was. Safe for use by several threads.
 */
final class Platform {
    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

    private final Supplier<Host> host;
    private final boolean accelerated;
    private final Optional<String> label;
    // Guarded by this.
    private Known known;
    private boolean stale;

    /**
     * What was found.
     *
     * @param templates whether machines can be frozen, and what they depend on
     * @param xml writes descriptions for it
     */
    record Known(Host host, Emulator emulator, TemplateSupport templates, DomainXml xml) {}

    /**
     * Begins with what is known.
     *
     * @param first the daemon's first answer
     * @param host asks it again
     * @param label the user and group of QEMU processes
     */
    Platform(Host first, Supplier<Host> host, boolean accelerated, Optional<String> label) {
        this.host = host;
        this.accelerated = accelerated;
        this.label = label;
        this.known = know(first);
    }

    private Known know(Host answer) {
        Emulator emulator = Emulator.of(answer);
        HostProcessor processor = HostProcessor.ofThisHost();
        TemplateSupport templates = TemplateSupport.of(answer, emulator, processor, accelerated);
        var engine = new Engine(
                accelerated,
                processor.steadyCounter().isPresent(),
                answer.emulatorVersion(),
                label,
                templates.identity());
        return new Known(answer, emulator, templates, new DomainXml(engine));
    }

    /** The daemon was away: it may be another one. */
    synchronized void doubt() {
        stale = true;
    }

    synchronized Known now() {
        if (stale || !known.emulator().stands()) {
            Known before = known;
            known = know(host.get());
            stale = false;
            if (!known.templates().identity().equals(before.templates().identity())) {
                LOG.info(
                        "another hypervisor: {} (before: {})",
                        known.templates().identity(),
                        before.templates().identity());
            }
        }
        return known;
    }
}
