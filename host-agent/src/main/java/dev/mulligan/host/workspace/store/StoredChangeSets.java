package dev.mulligan.host.workspace.store;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditLog;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.apply.Applier;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.ContentStore;
import dev.mulligan.host.workspace.apply.ContentUses;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.apply.Order;
import dev.mulligan.host.workspace.apply.UndoJournal;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.ChangeSet;
import dev.mulligan.host.workspace.change.PathPattern;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import dev.mulligan.host.workspace.text.Merge;
import dev.mulligan.host.workspace.text.Text;
import dev.mulligan.host.workspace.text.TextDiff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps change sets in SQLite, and their content in files. */
public final class StoredChangeSets implements ChangeSets {
    private static final Logger logger = LoggerFactory.getLogger(StoredChangeSets.class);

    private final Store store;
    private final ContentStore content;
    private final ChangeRecord record;
    private final Clock clock;
    private final ChangesConfig config;
    private final OpenDirectories directories;
    private final UndoJournal journal;
    private final Applier applier;
    private final Versions versions;
    private final UndoPruner pruner;
    private final ReentrantLock lock = new ReentrantLock(true);
    /** Held for reading while content comes in that no row uses yet. */
    private final ReentrantReadWriteLock intakes = new ReentrantReadWriteLock();

    private StoredChangeSets(
            Store store,
            ContentStore content,
            AuditLog audit,
            Clock clock,
            ChangesConfig config,
            OpenDirectories directories) {
        this.store = store;
        this.content = content;
        this.record = new ChangeRecord(audit);
        this.clock = clock;
        this.config = config;
        this.directories = directories;
        this.journal = new UndoJournal(store);
        this.applier = new Applier(directories, content, journal, audit, clock);
        this.versions = new Versions(content, directories);
        this.pruner = new UndoPruner(journal, audit, config.retention(), this::sweep);
    }

    /**
     * Opens them, and settles what a host agent before has left half done.
     *
     * @param store {@code changes.db}; closed by whoever opened it
     * @param directory for content; created if need be
     */
    public static StoredChangeSets open(
            Store store,
            Path directory,
            AuditLog audit,
            Clock clock,
            ChangesConfig config,
            OpenDirectories directories) {
        try {
            ContentDirectory.create(directory);
            ContentStore content = ContentStore.open(directories.open(directory));
            StoredChangeSets sets = new StoredChangeSets(store, content, audit, clock, config, directories);
            sets.applier.recover();
            ContentUses.sweep(store, content);
            return sets;
        } catch (IOException failure) {
            throw unavailable(failure);
        }
    }

    @Override
    public ChangeSetId record(
            TaskId task,
            Path folder,
            FolderManifest manifest,
            Iterator<? extends UpperEntry> entries,
            UpperContent written,
            ChangeRules rules,
            Actor actor) {
        ChangeSet changes = ChangeSet.of(manifest, entries, config.limits());
        ChangeSetId id = new ChangeSetId(UUID.randomUUID().toString());
        RecordedChangeSet set =
                RecordedChangeSet.of(id, task, folder, clock.instant(), manifest.digest(), changes, rules);
        record.recorded(set, actor);
        keep(set, changes.changes(), written);
        return id;
    }

    /** All of it, or nothing. Others go on meanwhile: a guest may be as slow as it likes. */
    private void keep(RecordedChangeSet set, List<Change> changes, UpperContent written) {
        boolean kept = false;
        intakes.readLock().lock();
        try {
            Set<Sha256> taken = new Intake(content, written).take(changes, set.folder(), directories);
            store.write(handle -> {
                ChangeRows.insert(handle, set);
                ContentUses.add(handle, taken, user(set.id()));
                return taken.size();
            });
            kept = true;
        } catch (IOException failure) {
            throw unavailable(failure);
        } finally {
            intakes.readLock().unlock();
            if (!kept) {
                notKept(set);
            }
        }
    }

    /** What went wrong first is what people hear of. */
    private void notKept(RecordedChangeSet set) {
        try {
            record.of("changes.not_kept", Actor.HOST, set, List.of());
            var _ = alone(this::sweep);
        } catch (HostException second) {
            logger.warn("change set {} of {} was not kept, and that is not on record", set.id(), set.task(), second);
        }
    }

    /** Alone; unless something comes in just now, which nobody uses yet: then it is left to the next sweep. */
    private boolean sweep() throws IOException {
        if (!intakes.writeLock().tryLock()) {
            return false;
        }
        try {
            ContentUses.sweep(store, content);
            return true;
        } finally {
            intakes.writeLock().unlock();
        }
    }

    @Override
    public List<RecordedChangeSet> ofTask(TaskId task) {
        return store.read(handle -> ChangeRows.ofTask(handle, task).stream()
                .map(id -> ChangeRows.get(handle, id))
                .toList());
    }

    @Override
    public RecordedChangeSet get(ChangeSetId id) {
        return store.read(handle -> ChangeRows.get(handle, id));
    }

    /** That one alone: a change set may have 100,000, and be looked at one by one. */
    private FolderChange changeAt(ChangeSetId id, RelativePath path) {
        return store.read(handle -> ChangeRows.find(handle, id, path));
    }

    @Override
    public FileDiff diff(ChangeSetId id, RelativePath path) {
        FolderChange one = changeAt(id, path);
        return alone(() -> {
            Optional<Text> before = versions.before(one.folder(), one.change());
            Optional<Text> after = versions.after(one.change());
            return FileDiff.of(
                    one.change(),
                    before.isPresent() && after.isPresent()
                            ? Optional.of(TextDiff.between(before.get(), after.get()))
                            : Optional.empty());
        });
    }

    @Override
    public Optional<Merge> merge(ChangeSetId id, RelativePath path) {
        FolderChange one = changeAt(id, path);
        return alone(() -> new Wishes(one.folder(), Selection.ALL, content, versions)
                .merge(one.change(), versions.now(one.folder(), path)));
    }

    @Override
    public InputStream content(ChangeSetId id, RelativePath path, Version version) {
        FolderChange one = changeAt(id, path);
        return alone(() -> versions.open(one.folder(), one.change(), version))
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "content of a change")
                        .value(path + ", " + version.name().toLowerCase(Locale.ROOT))
                        .expected("a file whose content is kept")
                        .remedy("of what was packed, only texts are kept, and what the folder still has")
                        .build());
    }

    @Override
    public List<ApplyOutcome> apply(List<Choice> choices, Actor actor) {
        return alone(() -> {
            List<Order> orders = new ArrayList<>();
            for (Choice choice : choices) {
                orders.add(order(choice, actor));
            }
            List<ApplyOutcome> outcomes = applier.apply(orders);
            pruner.prune(outcomes);
            return outcomes;
        });
    }

    private Order order(Choice choice, Actor actor) throws IOException {
        ChangeSetId id = choice.set();
        RecordedChangeSet set = get(id);
        Wishes wishes = new Wishes(set.folder(), choice.selection(), content, versions);
        for (Change change : chosen(set, choice.selection())) {
            wishes.add(change);
        }
        return new Order(
                set.folder(),
                set.task(),
                actor,
                "apply",
                Optional.of(id.value()),
                Optional.empty(),
                wishes.wishes(),
                List.of(),
                handle -> {
                    ChangeRows.setState(handle, id, wishes.whole(), ChangeState.APPLIED);
                    wishes.remainders().forEach(rest -> ChangeRows.setRemainder(handle, id, rest));
                    return id;
                });
    }

    @Override
    public List<RelativePath> reject(ChangeSetId id, Selection selection, Actor actor) {
        return alone(() -> {
            RecordedChangeSet set = get(id);
            List<RelativePath> paths =
                    chosen(set, selection).stream().map(Change::path).toList();
            record.of("changes.rejected", actor, set, paths);
            store.write(handle -> {
                ChangeRows.setState(handle, id, paths, ChangeState.REJECTED);
                return id;
            });
            return paths;
        });
    }

    @Override
    public List<JournalEntry> applies() {
        return journal.entries();
    }

    @Override
    public ApplyOutcome undo(long number, List<PathPattern> patterns, boolean force, Actor actor) {
        return alone(() -> {
            Order order = new UndoOrders(store, journal).takingBack(number, patterns, force, actor);
            List<ApplyOutcome> outcomes = applier.apply(List.of(order));
            pruner.prune(outcomes);
            return outcomes.getFirst();
        });
    }

    @Override
    public void forget(ChangeSetId id, Actor actor) {
        alone(() -> {
            record.of("changes.forgotten", actor, get(id), List.of());
            store.write(handle -> {
                ChangeRows.remove(handle, id);
                ContentUses.drop(handle, user(id));
                return id;
            });
            return sweep();
        });
    }

    private static List<Change> chosen(RecordedChangeSet set, Selection selection) {
        return selection.from(set.undecided());
    }

    private static String user(ChangeSetId id) {
        return "set:" + id;
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T alone(Work<T> work) {
        lock.lock();
        try {
            return work.run();
        } catch (IOException failure) {
            throw unavailable(failure);
        } finally {
            lock.unlock();
        }
    }

    private static HostException unavailable(IOException failure) {
        return HostException.of(HostErrorCode.STORE_UNAVAILABLE, "change sets cannot be kept")
                .value(String.valueOf(failure.getMessage()))
                .expected("content that can be read and written")
                .remedy("look at the state directory and its disk, and at the sandbox")
                .cause(failure)
                .build();
    }

    @Override
    public void close() {
        alone(() -> {
            content.close();
            return true;
        });
    }
}
