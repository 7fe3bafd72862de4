package dev.mulligan.vm.machine;

import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.GuestFactory;
import dev.mulligan.vm.HypervisorInfo;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.SimulatedGuest;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Domains without processes. It outlives its managers, as the real one does: give the same one to a second manager,
 * and that one finds the domains of the first.
 */
public final class FakeHypervisor implements Hypervisor {
    private static final String COMPLETE = "complete";

    private final GuestFactory guests;
    private final Map<UUID, FakeDomain> domains = new HashMap<>();
    // By what is written in the file, so that a second name for it makes no difference.
    private final Map<String, Object> disks = new HashMap<>();
    private final Map<String, FakeDomain.Memory> memories = new HashMap<>();
    private int count;
    private final List<Consumer<DomainEvent>> listeners = new CopyOnWriteArrayList<>();
    private boolean callerDies;
    private volatile String identity = "in memory 0.0.0";
    private volatile @Nullable String obstacle;
    private boolean disksAreKept;
    private volatile boolean processesStay;

    public FakeHypervisor(GuestFactory guests) {
        this.guests = guests;
    }

    @Override
    public HypervisorInfo info() {
        return new HypervisorInfo("memory:///", "0.0.0", "in memory 0.0.0");
    }

    @Override
    public Acceleration acceleration() {
        return new Acceleration(Acceleration.Kind.EMULATED, "in memory: no instruction is executed");
    }

    @Override
    public void verify(VmSpec spec) {}

    @Override
    public void grant(Path file, Access access) {}

    @Override
    public synchronized void boot(DomainPlan plan) {
        requireNone(plan.key());
        SimulatedGuest guest = guests.start(plan.key().id(), plan.port());
        content(plan.top()).ifPresent(guest::restoreDisk);
        domains.put(plan.key().uuid(), new FakeDomain(plan, guest, identity));
        tell(plan.key(), DomainEvent.Change.CHANGED);
    }

    @Override
    public synchronized void restore(DomainPlan plan, Path memory, boolean paused) {
        restore(plan, memory, paused, identity);
    }

    private void restore(DomainPlan plan, Path memory, boolean paused, String hypervisor) {
        requireNone(plan.key());
        FakeDomain.Memory content = memories.get(FakeDiskTool.text(memory));
        if (content == null) {
            throw new VmException(VmErrorCode.HYPERVISOR_FAILED, "memory file " + memory + " cannot be loaded");
        }
        SimulatedGuest guest = guests.start(plan.key().id(), plan.port());
        guest.restore(content.state());
        var domain = new FakeDomain(plan, guest, hypervisor);
        domain.running = !paused;
        domain.attachments.addAll(content.attachments());
        domains.put(plan.key().uuid(), domain);
        tell(plan.key(), DomainEvent.Change.CHANGED);
    }

    /** Ends the process all the same: nobody can tell. */
    @Override
    public synchronized boolean rewind(DomainPlan plan, Path memory) {
        if (plan.memory() instanceof GuestMemory.Own || !isComplete(memory)) {
            return false;
        }
        FakeDomain domain = requireDisk(requireIdle(plan.key()));
        end(plan.key().uuid(), DomainEvent.Change.ENDED);
        restore(plan, memory, true, domain.hypervisor);
        return true;
    }

    @Override
    public synchronized void tidy(DomainPlan plan) {
        requireIdle(plan.key());
    }

    @Override
    public synchronized Optional<Path> top(DomainPlan plan) {
        return Optional.ofNullable(domains.get(plan.key().uuid()))
                .filter(domain -> !domain.diskThrownOut)
                .map(domain -> domain.top);
    }

    @Override
    public boolean isComplete(Path memory) {
        return FakeDiskTool.text(memory).startsWith(COMPLETE);
    }

    @Override
    public synchronized Optional<String> frozenBy(Path memory) {
        return Optional.ofNullable(memories.get(FakeDiskTool.text(memory))).flatMap(FakeDomain.Memory::hypervisor);
    }

    @Override
    public synchronized Optional<String> runsOn(DomainKey key) {
        return Optional.ofNullable(domains.get(key.uuid())).map(domain -> domain.hypervisor);
    }

    @Override
    public synchronized Optional<DomainStatus> status(DomainKey key) {
        return Optional.ofNullable(domains.get(key.uuid())).map(FakeDomain::status);
    }

    @Override
    public synchronized boolean isBusy(DomainKey key) {
        return Optional.ofNullable(domains.get(key.uuid()))
                .flatMap(domain -> domain.job)
                .isPresent();
    }

    @Override
    public synchronized List<DomainMark> domains() {
        return domains.values().stream()
                .map(domain -> new DomainMark(domain.plan.key(), domain.plan.machines()))
                .toList();
    }

    @Override
    public synchronized void pause(DomainKey key) {
        require(key).running = false;
        tell(key, DomainEvent.Change.CHANGED);
    }

    @Override
    public synchronized void resume(DomainKey key) {
        FakeDomain domain = require(key);
        domain.running = true;
        domain.diskFailed = false;
        tell(key, DomainEvent.Change.CHANGED);
    }

    @Override
    public synchronized void prioritise(DomainKey key, Priority priority) {
        require(key).priority = priority;
    }

    public synchronized Priority priority(DomainKey key) {
        return require(key).priority;
    }

    @Override
    public void destroy(DomainKey key) {
        if (processesStay) {
            throw new VmException(VmErrorCode.HYPERVISOR_UNAVAILABLE, "the daemon is away");
        }
        end(key.uuid(), DomainEvent.Change.ENDED);
    }

    @Override
    public synchronized void save(DomainPlan plan, Path memory) {
        FakeDomain domain = requireIdle(plan.key());
        writing(domain, memory, () -> end(plan.key().uuid(), DomainEvent.Change.ENDED));
    }

    @Override
    public Optional<String> obstacleToTemplates() {
        return Optional.ofNullable(obstacle);
    }

    @Override
    public String identity() {
        return identity;
    }

    /** From now on it is another: as after an upgrade. */
    public void upgrade(String version) {
        identity = version;
    }

    /** From now on it can freeze and clone no machines. */
    public void forbidTemplates(String reason) {
        obstacle = reason;
    }

    @Override
    public synchronized void freeze(DomainPlan plan, Path moment) {
        writeMemory(require(plan.key()), moment);
        end(plan.key().uuid(), DomainEvent.Change.ENDED);
    }

    @Override
    public synchronized Duration snapshot(DomainPlan plan, Path layer, Optional<Path> memory) {
        FakeDomain domain = requireDisk(requireIdle(plan.key()));
        Runnable moveOn = () -> {
            keepDisk(domain);
            domain.top = layer;
        };
        memory.ifPresentOrElse(file -> writing(domain, file, moveOn), moveOn);
        return Duration.ZERO;
    }

    @Override
    public synchronized void flatten(DomainPlan plan, Path image) {
        FakeDomain domain = requireDisk(require(plan.key()));
        domain.copying = false;
        domain.flat = Optional.of(domain.top);
        keepDisk(domain);
    }

    @Override
    public synchronized void beginFlattening(DomainPlan plan, Path image) {
        FakeDomain domain = requireDisk(requireIdle(plan.key()));
        domain.copying = true;
        domain.copied = false;
    }

    @Override
    public synchronized boolean endFlattening(DomainPlan plan, Path image) {
        FakeDomain domain = require(plan.key());
        if (domain.copying && domain.copied && !domain.diskThrownOut) {
            domain.flat = Optional.of(domain.top);
            keepDisk(domain);
        }
        domain.copying = false;
        return !domain.diskThrownOut && domain.flat.equals(Optional.of(domain.top));
    }

    /** All that is being copied in the background has been. */
    public synchronized void finishCopies() {
        domains.values().forEach(domain -> domain.copied = true);
    }

    /** Whether something is copied in the background, or waits to be made to count. */
    public synchronized boolean isCopying() {
        return domains.values().stream().anyMatch(domain -> domain.copying);
    }

    @Override
    public synchronized void attach(DomainKey key, Attachment attachment) {
        FakeDomain domain = require(key);
        domain.attachments.add(attachment);
        if (attachment.isThrowaway()) {
            content(attachment.disk().file())
                    .ifPresent(content -> domain.guest.attachedCheckpoint(attachment.serial(), content));
        } else {
            domain.guest.attached(attachment.disk());
        }
    }

    @Override
    public synchronized void requestDetach(DomainKey key, Attachment attachment) {
        FakeDomain domain = require(key);
        if (domain.running && !disksAreKept) {
            domain.attachments.removeIf(present -> present.serial().equals(attachment.serial()));
            domain.guest.detached(attachment.serial());
        }
    }

    @Override
    public Subscription listen(Consumer<DomainEvent> listener, Runnable missed) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Domains go on running. */
    @Override
    public void close() {
        listeners.clear();
    }

    /** The next one who has memory written dies while it is; it is written all the same, by {@link #finish}. */
    public synchronized void killNextCaller() {
        callerDies = true;
    }

    /** While it is so, no guest lets go of a disk. */
    public synchronized void keepDisks(boolean kept) {
        disksAreKept = kept;
    }

    /** While it is so, it ends no process. */
    public void keepProcesses(boolean kept) {
        processesStay = kept;
    }

    /** Does what is still to be done for those who died. */
    public synchronized void finish() {
        for (FakeDomain domain : List.copyOf(domains.values())) {
            domain.job.ifPresent(Runnable::run);
            domain.job = Optional.empty();
            tell(domain.plan.key(), DomainEvent.Change.CHANGED);
        }
    }

    /** The process is gone, without being asked. */
    public void kill(UUID uuid) {
        end(uuid, DomainEvent.Change.ENDED);
    }

    /** The guest ended it. */
    public synchronized void shutDown(UUID uuid) {
        FakeDomain domain = domains.get(uuid);
        if (domain != null) {
            tell(domain.plan.key(), DomainEvent.Change.SHUTTING_DOWN);
        }
        end(uuid, DomainEvent.Change.SHUT_DOWN);
    }

    /** Its guest throws its first disk out. */
    public synchronized void throwDiskOut(DomainKey key) {
        FakeDomain domain = require(key);
        keepDisk(domain);
        domain.diskThrownOut = true;
    }

    /** The host's disk failed below it. */
    public synchronized void failDisk(DomainKey key) {
        FakeDomain domain = require(key);
        domain.running = false;
        domain.diskFailed = true;
        tell(key, DomainEvent.Change.DISK_FAILED);
    }

    private synchronized void end(UUID uuid, DomainEvent.Change change) {
        FakeDomain domain = domains.remove(uuid);
        if (domain != null) {
            if (!domain.diskThrownOut) {
                keepDisk(domain);
            }
            domain.guest.close();
            tell(domain.plan.key(), change);
        }
    }

    private void writing(FakeDomain domain, Path memory, Runnable rest) {
        if (!callerDies) {
            writeMemory(domain, memory);
            rest.run();
            return;
        }
        callerDies = false;
        boolean running = domain.running;
        domain.running = false;
        write(memory, "half");
        domain.job = Optional.of(() -> {
            // It is open: once its name is gone, all that is written to it is lost.
            if (Files.exists(memory)) {
                writeMemory(domain, memory);
            }
            domain.running = running;
            rest.run();
        });
        throw new Steps.Killed();
    }

    private void writeMemory(FakeDomain domain, Path file) {
        String text = COMPLETE + " " + ++count;
        memories.put(
                text,
                new FakeDomain.Memory(domain.guest.snapshot(), List.copyOf(domain.attachments), domain.binding()));
        write(file, text);
    }

    private void keepDisk(FakeDomain domain) {
        disks.put(FakeDiskTool.text(domain.top), domain.guest.diskSnapshot());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new VmException(VmErrorCode.HYPERVISOR_FAILED, "memory file " + file, e);
        }
    }

    /** What is on a disk: the nearest layer of its chain that something was written to. */
    private Optional<Object> content(Path disk) {
        Optional<String> layer = Optional.of(FakeDiskTool.text(disk));
        while (layer.isPresent()) {
            Object content = disks.get(layer.get());
            if (content != null) {
                return Optional.of(content);
            }
            layer = FakeDiskTool.below(layer.get());
        }
        return Optional.empty();
    }

    /** As the real one: it refuses while something is copied in the background. */
    private synchronized FakeDomain requireIdle(DomainKey key) {
        FakeDomain domain = require(key);
        if (domain.copying) {
            throw new VmException(
                    VmErrorCode.HYPERVISOR_FAILED, "disk of domain " + key.name() + " is in use by a block job");
        }
        return domain;
    }

    private static FakeDomain requireDisk(FakeDomain domain) {
        if (domain.diskThrownOut) {
            throw VmException.of(
                    VmErrorCode.HYPERVISOR_FAILED, "first disk", "the guest has thrown it out", "a disk", "roll back");
        }
        return domain;
    }

    private FakeDomain require(DomainKey key) {
        FakeDomain domain = domains.get(key.uuid());
        if (domain == null) {
            throw new VmException(VmErrorCode.WRONG_STATE, "domain " + key.name() + " is not there");
        }
        return domain;
    }

    private void requireNone(DomainKey key) {
        if (domains.containsKey(key.uuid())) {
            throw new VmException(VmErrorCode.HYPERVISOR_FAILED, "domain " + key.name() + " is there already");
        }
    }

    private void tell(DomainKey key, DomainEvent.Change change) {
        listeners.forEach(listener -> listener.accept(new DomainEvent(key.uuid(), change)));
    }
}
