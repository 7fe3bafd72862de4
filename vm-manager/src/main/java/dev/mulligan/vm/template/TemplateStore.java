package dev.mulligan.vm.template;

import dev.mulligan.vm.Leftover;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.WarmUp;
import dev.mulligan.vm.disk.DiskTool;
import dev.mulligan.vm.machine.Hypervisor;
import dev.mulligan.vm.machine.TemplateFiles;
import dev.mulligan.vm.machine.TemplateKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link dev.mulligan.vm.Templates} as directories below the machines' own. */
public final class TemplateStore implements TemplateKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateStore.class);

    private final Path machines;
    private final Path directory;
    private final Hypervisor hypervisor;
    private final TemplateMaking making;
    private final Predicate<TemplateId> inUse;
    private final RandomGenerator random = new SecureRandom();
    private final Map<TemplateKey, ReentrantLock> locks = new ConcurrentHashMap<>();
    // Compared with their digests by this program; asked for each machine, so not read again unless somebody touched
    // them.
    private final Map<TemplateKey, Verified> verified = new ConcurrentHashMap<>();
    private final Map<TemplateId, VmId> underWay = new ConcurrentHashMap<>();

    private record Verified(Template template, FrozenStamp stamp) {}

    /** See {@link TemplateKeeper.Opening#open}. */
    public TemplateStore(
            Path machines, Hypervisor hypervisor, DiskTool disks, InstantSource clock, Predicate<TemplateId> inUse) {
        this.machines = machines;
        this.directory = machines.resolve(TemplateFiles.DIRECTORY);
        this.hypervisor = hypervisor;
        this.making = new TemplateMaking(machines, hypervisor, disks, clock);
        this.inUse = inUse;
    }

    @Override
    public Optional<String> obstacle() {
        return hypervisor.obstacleToTemplates();
    }

    @Override
    public Optional<Template> find(VmSpec shape, String content) {
        return locked(key(shape, content), key -> whole(key));
    }

    @Override
    public Template prepare(VmSpec shape, String content, WarmUp warmUp) {
        obstacle().ifPresent(reason -> {
            throw VmException.of(
                    VmErrorCode.UNSUPPORTED,
                    "template",
                    reason,
                    "a host that can freeze and clone machines",
                    "let machines boot instead");
        });
        hypervisor.verify(shape);
        return locked(key(shape, content), key -> whole(key).orElseGet(() -> make(key, shape, content, warmUp)));
    }

    private Template make(TemplateKey key, VmSpec shape, String content, WarmUp warmUp) {
        TemplateId id = key.next(random);
        var domain = new VmId("template-" + id);
        underWay.put(id, domain);
        try {
            Template made = making.make(id, domain, shape, content, warmUp);
            verified.put(key, verified(made));
            LOG.info(
                    "template {} of {} made in {} ms",
                    id,
                    content,
                    made.making().toMillis());
            return made;
        } finally {
            underWay.remove(id);
        }
    }

    private TemplateKey key(VmSpec shape, String content) {
        return TemplateKey.of(shape, content, hypervisor.identity());
    }

    private interface Work<T> {
        T with(TemplateKey key);
    }

    private <T> T locked(TemplateKey key, Work<T> work) {
        ReentrantLock lock = locks.computeIfAbsent(key, any -> new ReentrantLock());
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException(VmErrorCode.CONFLICT, "interrupted while another call makes the template", e);
        }
        try {
            return work.with(key);
        } finally {
            lock.unlock();
        }
    }

    /** The newest that fits and is as it was made; damaged ones are removed, or left to those who stand on them. */
    private Optional<Template> whole(TemplateKey key) {
        Optional<Verified> known = Optional.ofNullable(verified.get(key));
        if (known.filter(this::isUntouched).isPresent()) {
            return known.map(Verified::template);
        }
        verified.remove(key);
        Optional<Verified> found = records()
                .filter(record -> key.fits(record.template().id()))
                .sorted(Comparator.comparing(
                                (TemplateRecord record) -> record.template().created())
                        .reversed())
                .flatMap(record -> whole(record).stream())
                .findFirst();
        found.ifPresent(whole -> verified.put(key, whole));
        return found.map(Verified::template);
    }

    private boolean isUntouched(Verified known) {
        return stamp(known.template()).equals(known.stamp());
    }

    private Verified verified(Template template) {
        return new Verified(template, stamp(template));
    }

    private FrozenStamp stamp(Template template) {
        return FrozenStamp.of(TemplateFiles.of(machines, template.id()));
    }

    /** As it was before its files were read: whoever touches them meanwhile is noticed the next time. */
    private Optional<Verified> whole(TemplateRecord record) {
        Verified before = verified(record.template());
        return isWhole(record) ? Optional.of(before) : Optional.empty();
    }

    private boolean isWhole(TemplateRecord record) {
        TemplateId id = record.template().id();
        TemplateFiles files = TemplateFiles.of(machines, id);
        boolean whole = record.digests().entrySet().stream().allMatch(entry -> {
            Path file = files.root().resolve(entry.getKey());
            return Files.isReadable(file) && FrozenDigest.of(file).equals(entry.getValue());
        });
        if (!whole) {
            LOG.warn("template {} is damaged", id);
            if (!inUse.test(id)) {
                TemplateFiles.remove(files.root());
            }
        }
        return whole;
    }

    @Override
    public List<Template> list() {
        return records()
                .map(TemplateRecord::template)
                .sorted(Comparator.comparing(template -> template.id().value()))
                .toList();
    }

    @Override
    public List<Template> outdated() {
        String now = hypervisor.identity();
        return records()
                .filter(record -> !record.hypervisor().equals(now))
                .map(TemplateRecord::template)
                .sorted(Comparator.comparing(template -> template.id().value()))
                .toList();
    }

    private Stream<TemplateRecord> records() {
        return directories().stream()
                .filter(root -> !root.getFileName().toString().startsWith("."))
                .flatMap(root -> read(root).stream());
    }

    private static Optional<TemplateRecord> read(Path root) {
        try {
            return Optional.of(TemplateRecord.read(Files.readString(new TemplateFiles(root).record())));
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private List<Path> directories() {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    @Override
    public void delete(TemplateId id) {
        if (inUse.test(id)) {
            throw VmException.of(
                    VmErrorCode.WRONG_STATE,
                    "template " + id,
                    "a machine stands on it",
                    "one that no machine stands on",
                    "delete those machines first");
        }
        verified.values().removeIf(known -> known.template().id().equals(id));
        TemplateFiles.remove(TemplateFiles.of(machines, id).root());
    }

    @Override
    public Set<VmId> making() {
        return new HashSet<>(underWay.values());
    }

    @Override
    public List<Leftover> leftovers() {
        var found = new ArrayList<Leftover>();
        Set<String> alive = new HashSet<>();
        underWay.keySet().forEach(id -> alive.add(TemplateMaking.UNFINISHED + id));
        for (Path root : directories()) {
            String name = root.getFileName().toString();
            if (name.startsWith(TemplateMaking.UNFINISHED) && !alive.contains(name)) {
                found.add(leftover(root, "a template that was not completed", true));
            } else if (!name.startsWith(".") && read(root).isEmpty()) {
                boolean needed = inUse.test(new TemplateId(name));
                found.add(leftover(root, "it has no readable record", !needed));
            }
        }
        return found;
    }

    private static Leftover leftover(Path root, String reason, boolean removable) {
        return new Leftover(Leftover.Kind.TEMPLATE, root.toString(), reason, "rm -r " + root, removable);
    }
}
