package dev.mulligan.vm.machine;

import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.HypervisorInfo;
import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.Templates;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmEvent;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmManagerConfig;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.disk.DiskTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machines of one directory. Owns its hypervisor: closing the one closes the other. */
public final class Machines implements VmManager {
    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);
    private final VmManagerConfig config;
    private final Path directory;
    private final Hypervisor hypervisor;
    private final DiskTool disks;
    private final InstantSource clock;
    private final DirectoryLock lock;
    private final EventHub events = new EventHub();
    private final Map<VmId, Machine> machines = new ConcurrentSkipListMap<>();
    private final Set<VmId> beingDefined = ConcurrentHashMap.newKeySet();
    private final TemplateKeeper templates;
    private final Subscription domainEvents;
    private volatile boolean closed;

    private Machines(
            VmManagerConfig config,
            Path directory,
            Hypervisor hypervisor,
            DiskTool disks,
            InstantSource clock,
            TemplateKeeper.Opening templates) {
        this.config = config;
        this.directory = directory;
        this.hypervisor = hypervisor;
        this.disks = disks;
        this.clock = clock;
        this.lock = DirectoryLock.acquire(directory);
        this.templates = templates.open(directory, hypervisor, disks, clock, this::isInUse);
        this.domainEvents = hypervisor.listen(this::take, () -> events.observe(this::observeAll));
    }

    /** Opens the directory, takes over every machine in it, and removes what can safely be removed. */
    public static Machines open(
            VmManagerConfig config,
            Hypervisor hypervisor,
            DiskTool disks,
            InstantSource clock,
            TemplateKeeper.Opening templates) {
        var machines = new Machines(config, prepare(config.directory()), hypervisor, disks, clock, templates);
        try {
            MachineFiles.list(machines.directory).forEach(machines::adopt);
            machines.sweep();
            return machines;
        } catch (RuntimeException e) {
            machines.close();
            throw e;
        }
    }

    private static Path prepare(Path directory) {
        try {
            Permissions.createDirectory(directory);
            return directory.toRealPath();
        } catch (IOException e) {
            throw new VmException(
                    VmErrorCode.STORAGE_FAILED, "machine directory cannot be created: " + directory + ": " + e, e);
        }
    }

    private void adopt(Path root) {
        var files = new MachineFiles(root);
        if (!Files.exists(files.record())) {
            return;
        }
        try {
            Machine machine = machine(files.load());
            if (machine.adopt()) {
                machines.put(machine.id(), machine);
            }
        } catch (VmException e) {
            if (e.code() == VmErrorCode.HYPERVISOR_UNAVAILABLE) {
                throw e;
            }
            // One damaged machine, or one whose guest has damaged it, must not keep the others away; leftovers() names
            // it.
            LOG.warn("machine {} is left out: {}", root.getFileName(), e.getMessage());
        }
    }

    private Machine machine(MachineRecord record) {
        var core = new MachineCore(directory, record, hypervisor, disks);
        return new Machine(core, config, clock, events::publish, this::admit);
    }

    private Vm admit(VmId id, Supplier<MachineRecord> definition) {
        boolean alone = beingDefined.add(id);
        try {
            Machine machine = machine(definition.get());
            machine.begin();
            machines.put(id, machine);
            return machine;
        } finally {
            if (alone) {
                beingDefined.remove(id);
            }
        }
    }

    private List<Machine> existing() {
        return machines.values().stream()
                .filter(machine -> !machine.isDeleted())
                .toList();
    }

    private boolean isInUse(TemplateId template) {
        return existing().stream().anyMatch(machine -> machine.spec().template().equals(Optional.of(template)));
    }

    private void take(DomainEvent event) {
        byUuid(event.uuid()).ifPresent(machine -> {
            // At once, and not behind the looks that wait: one of them may be the first to find the domain gone.
            machine.noteReason(event.change());
            events.observe(machine::observe);
        });
    }

    private void observeAll() {
        machines.values().forEach(Machine::observe);
    }

    private Optional<Machine> byUuid(UUID uuid) {
        return machines.values().stream()
                .filter(machine -> machine.core().key().uuid().equals(uuid))
                .findAny();
    }

    @Override
    public Acceleration acceleration() {
        return hypervisor.acceleration();
    }

    @Override
    public HypervisorInfo hypervisor() {
        return hypervisor.info();
    }

    @Override
    public Vm define(VmSpec spec) {
        requireOpen();
        return admit(spec.id(), () -> new Definition(directory, hypervisor, disks).define(spec));
    }

    @Override
    public Vm define(VmSpec spec, Template template) {
        requireOpen();
        TemplateFiles files = TemplateFiles.of(directory, template.id());
        if (!Files.isReadable(files.record())) {
            throw VmException.of(
                    VmErrorCode.NOT_FOUND,
                    "template",
                    template.id(),
                    "one that is there",
                    "prepare it again: it was deleted, or found damaged");
        }
        return admit(
                spec.id(),
                () -> new Definition(directory, hypervisor, disks)
                        .define(spec.on(template.id(), files.disk()), files, clock));
    }

    @Override
    public Templates templates() {
        requireOpen();
        return templates;
    }

    @Override
    public List<Vm> list() {
        requireOpen();
        return List.copyOf(existing());
    }

    @Override
    public Optional<Vm> find(VmId id) {
        requireOpen();
        return Optional.ofNullable(machines.get(id))
                .filter(machine -> !machine.isDeleted())
                .map(machine -> machine);
    }

    @Override
    public Subscription subscribe(Consumer<VmEvent> listener) {
        requireOpen();
        return events.subscribe(listener);
    }

    @Override
    public List<Leftover> leftovers() {
        requireOpen();
        return new LeftoverSearch(directory, hypervisor, this::existing, beingDefined, templates).find();
    }

    @Override
    public List<Leftover> sweep() {
        requireOpen();
        List<Leftover> removable =
                leftovers().stream().filter(Leftover::removable).toList();
        var sweeper = new LeftoverSweeper(directory, hypervisor);
        removable.forEach(leftover -> {
            LOG.info("removing leftover {} {}: {}", leftover.kind(), leftover.name(), leftover.reason());
            sweeper.remove(leftover);
        });
        return removable;
    }

    /** Under which names a machine of this directory is known to the hypervisor. */
    public DomainKey keyOf(VmId id) {
        return DomainKey.of(directory, id);
    }

    private void requireOpen() {
        if (closed) {
            throw VmException.of(
                    VmErrorCode.CLOSED, "machine manager of " + directory, "closed", "open", "open a new manager");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        domainEvents.close();
        events.close();
        try {
            hypervisor.close();
        } finally {
            lock.close();
        }
    }
}
