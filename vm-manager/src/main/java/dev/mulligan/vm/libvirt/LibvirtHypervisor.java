package dev.mulligan.vm.libvirt;

import com.sun.jna.Pointer;
import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.HypervisorInfo;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.libvirt.moment.MomentFile;
import dev.mulligan.vm.libvirt.xml.DiskXml;
import dev.mulligan.vm.libvirt.xml.DomainDocument;
import dev.mulligan.vm.libvirt.xml.Revival;
import dev.mulligan.vm.machine.DomainEvent;
import dev.mulligan.vm.machine.DomainKey;
import dev.mulligan.vm.machine.DomainMark;
import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.DomainStatus;
import dev.mulligan.vm.machine.GuestMemory;
import dev.mulligan.vm.machine.Hypervisor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@link Hypervisor} by libvirt: transient domains, none of which libvirt remembers. */
final class LibvirtHypervisor implements Hypervisor {
    // QEMU's own second, and some time for the last report to be taken in.
    private static final Duration REPORT_INTERVAL = Duration.ofMillis(1_200);
    private static final Duration FLATTEN_TIMEOUT = Duration.ofMinutes(10);

    private final DomainEvents events = new DomainEvents();
    private final Link link;
    private final Acceleration acceleration;
    private final Optional<ProcessUser> user;
    private final Moments moments = new Moments(this::grant);
    private final DomainWay byLibvirt = new LibvirtWay();
    private final DomainWay byQemu = new QemuWay(moments);
    private final Platform platform;

    LibvirtHypervisor(URI uri, Duration reconnectTimeout) {
        link = new Link(uri, reconnectTimeout, events, this::reconnected);
        try {
            Host host = link.use(Host::ask);
            acceleration = new AccelerationProbe(host).probe();
            user = ProcessUser.of(host.capabilities());
            boolean accelerated = acceleration.kind() == Acceleration.Kind.KVM;
            platform = new Platform(host, () -> link.ask(Host::ask), accelerated, user.map(ProcessUser::label));
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private void reconnected() {
        platform.doubt();
        events.missed();
    }

    @Override
    public HypervisorInfo info() {
        return platform.now().host().info(link.uri());
    }

    @Override
    public Acceleration acceleration() {
        return acceleration;
    }

    @Override
    public void verify(VmSpec spec) {
        for (Path file : List.of(spec.disk(), spec.kernel(), spec.initrd())) {
            if (!Files.isReadable(file)) {
                throw VmException.of(
                        VmErrorCode.INVALID_ARGUMENT,
                        "file of machine " + spec.id(),
                        file,
                        "a readable file",
                        "build the image again or correct the path");
            }
        }
    }

    @Override
    public void grant(Path file, Access access) {
        user.ifPresent(process -> process.grant(file, access));
    }

    @Override
    public void boot(DomainPlan plan) {
        String xml = platform.now().xml().write(plan);
        link.use(connection -> {
            try (Domain _ = Domain.create(connection, xml, plan.key().name())) {
                return true;
            }
        });
    }

    @Override
    public void restore(DomainPlan plan, Path memory, boolean paused) {
        Optional<MomentFile> moment = Moments.read(memory);
        link.use(connection -> {
            moment.ifPresentOrElse(
                    found -> revive(connection, plan, memory, found, paused),
                    () -> restoreSaved(connection, plan, memory, paused));
            return true;
        });
    }

    private void revive(Connection connection, DomainPlan plan, Path file, MomentFile moment, boolean paused) {
        String xml = Revival.of(moment.description(), plan);
        try (Domain domain = Domain.createPaused(connection, xml, plan.key().name())) {
            try {
                moments.give(domain, plan, file, moment);
                if (!paused) {
                    domain.resume();
                }
            } catch (RuntimeException e) {
                domain.destroy();
                throw e;
            }
        }
    }

    @Override
    public boolean rewind(DomainPlan plan, Path memory) {
        Optional<MomentFile> moment = Moments.read(memory);
        if (moment.isEmpty() || !(plan.memory() instanceof GuestMemory.Shared shared)) {
            return false;
        }
        return find(plan.key(), domain -> {
                    if (domain.isRunning()) {
                        domain.suspend();
                    }
                    return moments.giveBack(domain, plan, shared.file(), memory, moment.get());
                })
                .orElse(false);
    }

    @Override
    public void tidy(DomainPlan plan) {
        with(plan.key(), domain -> new MachineDisk(new Monitor(domain)).letGo());
    }

    @Override
    public Optional<Path> top(DomainPlan plan) {
        return find(plan.key(), domain -> way(plan).top(domain)).flatMap(file -> file);
    }

    private void restoreSaved(Connection connection, DomainPlan plan, Path memory, boolean paused) {
        Pointer text = NativeCalls.LIBVIRT.virDomainSaveImageGetXMLDesc(
                connection.pointer(), memory.toString(), NativeCalls.XML_SECURE);
        if (text == null) {
            throw LibvirtFailure.last("memory file " + memory, connection);
        }
        // The domain as it was, device by device, and only the first disk's file is another.
        String xml = DomainDocument.parse(NativeText.take(text)).withDisk(DiskXml.FIRST, plan.top());
        int flags = paused ? NativeCalls.SAVE_PAUSED : NativeCalls.SAVE_RUNNING;
        Domain.restore(connection, memory.toString(), xml, plan.key().name(), flags);
    }

    @Override
    public boolean isComplete(Path memory) {
        if (!Files.isReadable(memory)) {
            return false;
        }
        if (Moments.read(memory).isPresent()) {
            return true;
        }
        return link.ask(connection -> {
            // libvirt marks a file as partial until the last byte is written, and refuses to read such a one.
            Pointer text = NativeCalls.LIBVIRT.virDomainSaveImageGetXMLDesc(connection.pointer(), memory.toString(), 0);
            if (text == null) {
                return false;
            }
            return !NativeText.take(text).isEmpty();
        });
    }

    /** libvirt sees to its own files by itself. */
    @Override
    public Optional<String> frozenBy(Path memory) {
        return Moments.read(memory).map(moment -> runsOn(DomainDocument.parse(moment.description())));
    }

    @Override
    public Optional<String> runsOn(DomainKey key) {
        return find(key, Domain::description).flatMap(found -> found).map(LibvirtHypervisor::runsOn);
    }

    /** One that an earlier version of ours started does not say it: nothing is known to fit it. */
    private static String runsOn(DomainDocument domain) {
        return domain.hypervisor().orElse("an unknown hypervisor");
    }

    @Override
    public Optional<DomainStatus> status(DomainKey key) {
        return link.ask(connection -> Domain.find(connection, key).flatMap(domain -> {
            try (domain) {
                return domain.status();
            }
        }));
    }

    @Override
    public boolean isBusy(DomainKey key) {
        return link.ask(connection -> Domain.find(connection, key)
                .filter(domain -> {
                    try (domain) {
                        return domain.hasJob();
                    }
                })
                .isPresent());
    }

    @Override
    public List<DomainMark> domains() {
        return link.ask(connection -> {
            var marks = new ArrayList<DomainMark>();
            for (Domain domain : Domain.all(connection)) {
                try (domain) {
                    domain.description().flatMap(DomainDocument::mark).ifPresent(marks::add);
                }
            }
            return List.copyOf(marks);
        });
    }

    @Override
    public void pause(DomainKey key) {
        with(key, Domain::suspend);
    }

    @Override
    public void resume(DomainKey key) {
        with(key, domain -> {
            if (domain.hasFailedDisk()) {
                awaitReports();
            }
            domain.resume();
        });
    }

    /**
     * QEMU reports one failure of a disk each second, and holds back the others. A report that came when the domain runs
     * again would make libvirt believe, for good, that it stands still.
     */
    private static void awaitReports() {
        long end = System.nanoTime() + REPORT_INTERVAL.toNanos();
        for (long left = REPORT_INTERVAL.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void prioritise(DomainKey key, Priority priority) {
        with(key, domain -> {
            OptionalLong wanted = ProcessorShares.wanted(domain.processorShares(), priority);
            wanted.ifPresent(domain::setProcessorShares);
        });
    }

    @Override
    public void destroy(DomainKey key) {
        find(key, domain -> {
            new Ending(domain, key).run();
            return true;
        });
    }

    @Override
    public void save(DomainPlan plan, Path memory) {
        with(plan.key(), domain -> way(plan).save(domain, plan, memory));
    }

    @Override
    public Optional<String> obstacleToTemplates() {
        return platform.now().templates().obstacle();
    }

    @Override
    public String identity() {
        return platform.now().templates().identity();
    }

    @Override
    public void freeze(DomainPlan plan, Path moment) {
        save(plan, moment);
    }

    @Override
    public Duration snapshot(DomainPlan plan, Path layer, Optional<Path> memory) {
        return require(plan.key(), domain -> way(plan).snapshot(domain, plan, layer, memory));
    }

    @Override
    public void flatten(DomainPlan plan, Path image) {
        DomainWay way = way(plan);
        new Flattening(FLATTEN_TIMEOUT).run(new Flattening.Steps() {
            @Override
            public boolean begin() {
                return require(plan.key(), domain -> way.flatten(domain, image));
            }

            @Override
            public boolean isDone() {
                return require(plan.key(), domain -> way.isFlattened(domain, image));
            }

            @Override
            public void giveUp() {
                with(plan.key(), domain -> way.giveUpFlattening(domain, image));
            }
        });
    }

    @Override
    public void beginFlattening(DomainPlan plan, Path image) {
        with(plan.key(), domain -> way(plan).beginFlattening(domain, image));
    }

    @Override
    public boolean endFlattening(DomainPlan plan, Path image) {
        return require(plan.key(), domain -> way(plan).endFlattening(domain, image));
    }

    private DomainWay way(DomainPlan plan) {
        return switch (plan.memory()) {
            case GuestMemory.Own _ -> byLibvirt;
            case GuestMemory.Written _, GuestMemory.Shared _ -> byQemu;
        };
    }

    @Override
    public void attach(DomainKey key, Attachment attachment) {
        with(key, domain -> domain.attach(DiskXml.of(attachment).write()));
    }

    @Override
    public void requestDetach(DomainKey key, Attachment attachment) {
        with(key, domain -> {
            try {
                domain.detach(DiskXml.of(attachment).write());
            } catch (VmException e) {
                // Asked a second time, QEMU says so; the first request still stands.
                if (!String.valueOf(e.getMessage()).contains("already in the process of unplug")) {
                    throw e;
                }
            }
        });
    }

    @Override
    public Subscription listen(Consumer<DomainEvent> listener, Runnable missed) {
        return events.subscribe(listener, missed);
    }

    private void with(DomainKey key, Consumer<Domain> call) {
        var _ = require(key, domain -> {
            call.accept(domain);
            return true;
        });
    }

    private <T> T require(DomainKey key, Function<Domain, T> call) {
        return find(key, call)
                .orElseThrow(() -> VmException.of(
                        VmErrorCode.WRONG_STATE,
                        "domain " + key.name(),
                        "not there",
                        "a machine with a process",
                        "look at its state: it may have crashed"));
    }

    private <T> Optional<T> find(DomainKey key, Function<Domain, T> call) {
        return link.use(connection -> Domain.find(connection, key).map(domain -> {
            try (domain) {
                return call.apply(domain);
            }
        }));
    }

    /** Closes it. Returns the references that others still hold: 0, or something leaked. */
    int end() {
        return link.end();
    }

    @Override
    public void close() {
        link.close();
    }
}
