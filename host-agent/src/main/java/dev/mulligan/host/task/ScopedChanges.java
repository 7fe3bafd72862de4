package dev.mulligan.host.task;

import dev.mulligan.host.scope.ChangeFacts;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.store.ChangeRules;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a scope says about changes of a folder. A rename is judged at both of its paths, and the stricter counts.
 *
 * @param candidate one of several of a try, of which none may reach a folder by itself: what its scope allows is asked about
 */
record ScopedChanges(ResolvedScope scope, Path folder, boolean candidate) implements ChangeRules {
    private static final Ruling WAITS = new Ruling(Effect.ASK, "try", "a candidate's changes wait until one is picked");

    @Override
    public Ruling decide(Change change) {
        Ruling ruling = scope.decide(facts(change, change.path()));
        if (change instanceof Change.Renamed renamed) {
            ruling = ruling.stricter(scope.decide(facts(change, renamed.from())));
        }
        return candidate && ruling.effect() == Effect.ALLOW ? WAITS : ruling;
    }

    private ChangeFacts facts(Change change, RelativePath path) {
        Optional<FolderEntry> after = change.after();
        return new ChangeFacts(
                ChangeFacts.Kind.valueOf(change.kind().toUpperCase(Locale.ROOT)),
                folder + "/" + path,
                change instanceof Change.Renamed renamed ? folder + "/" + renamed.from() : "",
                type(after.or(change::before).orElseThrow()),
                after.map(ScopedChanges::size).orElse(0L),
                after.map(ScopedChanges::mode).orElse(0));
    }

    private static ChangeFacts.Type type(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File _ -> ChangeFacts.Type.FILE;
            case FolderEntry.Directory _ -> ChangeFacts.Type.DIRECTORY;
            case FolderEntry.Link _ -> ChangeFacts.Type.LINK;
        };
    }

    private static long size(FolderEntry entry) {
        return entry instanceof FolderEntry.File file ? file.size() : 0;
    }

    private static int mode(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File file -> file.mode();
            case FolderEntry.Directory directory -> directory.mode();
            case FolderEntry.Link _ -> 0;
        };
    }
}
