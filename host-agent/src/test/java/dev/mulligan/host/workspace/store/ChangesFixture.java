package dev.mulligan.host.workspace.store;

import dev.mulligan.host.Actor;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.store.Store;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RecordedEvents;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.folder.OpenDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A granted folder, something beside it that nobody may touch, and change sets that are really kept. */
@SuppressWarnings("NullAway.Init") // Where a test opens them itself, it does not use these.
final class ChangesFixture implements AutoCloseable {
    static final TaskId TASK = new TaskId("task");
    static final Actor ACTOR = Actor.HOST;
    static final ChangeRules ALL_ASK = _ -> new Ruling(Effect.ASK, "scope.apply", "a person decides");

    final Path directory;
    final Path folder;
    final Path outside;
    final RecordedEvents events = new RecordedEvents();
    final Store store;
    final ChangesConfig config;
    StoredChangeSets sets;
    private boolean opened;

    private ChangesFixture(Path directory, ChangesConfig config) throws IOException {
        this.directory = directory;
        this.config = config;
        this.folder = Files.createDirectories(directory.resolve("folder"));
        this.outside = Files.createDirectories(directory.resolve("outside"));
        if (!Files.exists(outside.resolve("precious"))) {
            Trees.write(outside.resolve("precious"), "precious\n");
        }
        this.store = SqliteStore.openChanges(Files.createDirectories(directory.resolve("state")));
    }

    static ChangesFixture in(Path directory) throws IOException {
        return in(directory, ChangesConfig.DEFAULT, OpenDirectories.ofLinux());
    }

    static ChangesFixture in(Path directory, ChangesConfig config, OpenDirectories directories) throws IOException {
        ChangesFixture fixture = new ChangesFixture(directory, config);
        fixture.sets = fixture.open(fixture.store, directories);
        fixture.opened = true;
        return fixture;
    }

    /** Without change sets: a test opens them in its own way. */
    static ChangesFixture unopened(Path directory) throws IOException {
        return new ChangesFixture(directory, ChangesConfig.DEFAULT);
    }

    StoredChangeSets open(Store through, OpenDirectories directories) {
        return StoredChangeSets.open(
                through, directory.resolve("state/changes/content"), events, Clock.systemUTC(), config, directories);
    }

    /** A file of the folder. */
    Path file(String name) {
        return folder.resolve(name);
    }

    Path write(String name, String text) throws IOException {
        return Trees.write(file(name), text);
    }

    FolderManifest pack() {
        return pack(folder);
    }

    static FolderManifest pack(Path folder) {
        try {
            return Trees.manifest(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    ChangeSetId record(FolderManifest manifest, FakeTask task) {
        return sets.record(TASK, folder, manifest, task.entries().iterator(), task, ALL_ASK, ACTOR);
    }

    ApplyOutcome apply(ChangeSetId id, Selection selection) {
        return sets.apply(id, selection, ACTOR);
    }

    /** The digests of what the content store has, and the names of what else is there. */
    Set<String> contents() throws IOException {
        try (var files = Files.list(directory.resolve("state/changes/content"))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    /** Those that somebody needs. */
    Set<String> contentsInUse() {
        return store.read(handle -> handle.createQuery("SELECT DISTINCT digest FROM content_use")
                .mapTo(String.class)
                .set());
    }

    /** Applies everything and returns its number. */
    long applyAll(ChangeSetId id) {
        return ((ApplyOutcome.Applied) apply(id, Selection.ALL)).number();
    }

    ApplyOutcome undo(long number) {
        return sets.undo(number, List.of(), false, ACTOR);
    }

    @Override
    public void close() {
        if (opened) {
            sets.close();
        }
        store.close();
    }
}
