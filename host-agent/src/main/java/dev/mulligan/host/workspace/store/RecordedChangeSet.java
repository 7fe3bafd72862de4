package dev.mulligan.host.workspace.store;

import com.google.protobuf.ByteString;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Change;
import dev.mulligan.host.workspace.change.ChangeSet;
import dev.mulligan.host.workspace.change.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change set as it is kept.
 *
 * @param folder absolute path on the host
 * @param manifest digest of the folder as it was packed
 * @param changes in the order of their paths
 */
public record RecordedChangeSet(
        ChangeSetId id,
        TaskId task,
        Path folder,
        Instant recorded,
        Sha256 manifest,
        List<RecordedChange> changes,
        List<Refusal> refusals) {
    public RecordedChangeSet {
        changes = List.copyOf(changes);
        refusals = List.copyOf(refusals);
    }

    /** Nobody has decided on any of it. */
    static RecordedChangeSet of(
            ChangeSetId id,
            TaskId task,
            Path folder,
            Instant recorded,
            Sha256 manifest,
            ChangeSet changes,
            ChangeRules rules) {
        ChangeRulings rulings = new ChangeRulings(changes.changes(), rules);
        List<RecordedChange> pending = changes.changes().stream()
                .map(change -> new RecordedChange(
                        change,
                        ChangeState.PENDING,
                        Optional.ofNullable(changes.lookalikes().get(change.path())),
                        rulings.of(change)))
                .toList();
        return new RecordedChangeSet(id, task, folder, recorded, manifest, pending, changes.refusals());
    }

    /** Of all that is in it, whoever has decided what meanwhile: paths, kinds, modes, times and contents, in order. */
    public Sha256 digest() {
        return digest(changes.stream().map(RecordedChange::change).toList());
    }

    /** The same of some of them. */
    public static Sha256 digest(List<Change> changes) {
        StringBuilder text = new StringBuilder();
        for (Change change : changes) {
            text.append(change.path())
                    .append('\n')
                    .append(ChangeJson.write(change))
                    .append('\n');
        }
        return Sha256.of(ByteString.copyFromUtf8(text.toString()));
    }

    /** The same of one. */
    public static Sha256 digest(Change change) {
        return digest(List.of(change));
    }

    /** Those that nobody has decided on, in the order of their paths. */
    public List<Change> undecided() {
        return changes.stream()
                .filter(change -> change.state() == ChangeState.PENDING)
                .map(RecordedChange::change)
                .toList();
    }

    /** Those that nobody has decided on, about which the scope says this, in the order of their paths. */
    public List<Change> pending(Ruling ruling) {
        return changes.stream()
                .filter(change ->
                        change.state() == ChangeState.PENDING && change.ruling().equals(ruling))
                .map(RecordedChange::change)
                .toList();
    }

    /** Those that nobody has decided on, by what the scope says about them, in the order of their paths. */
    public Map<Ruling, List<RelativePath>> pending() {
        Map<Ruling, List<RelativePath>> pending = new LinkedHashMap<>();
        changes.stream()
                .filter(change -> change.state() == ChangeState.PENDING)
                .forEach(change -> pending.computeIfAbsent(change.ruling(), _ -> new ArrayList<>())
                        .add(change.change().path()));
        return pending;
    }
}
