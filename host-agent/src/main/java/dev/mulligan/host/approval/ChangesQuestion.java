package dev.mulligan.host.approval;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Effect;
import dev.mulligan.host.scope.Ruling;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.store.ChangeSetId;
import java.nio.file.Path;

/**
 * What a person is asked about changes of a folder, after the task has ended and before they reach it: those of one
 * change set about which one rule asks. The task waits for nothing any more.
 *
 * @param folder absolute path on the host
 * @param created how many paths of each kind
 * @param changes digest of them: paths, kinds, modes, times and contents
 */
public record ChangesQuestion(
        TaskId task,
        ChangeSetId changeSet,
        Path folder,
        String rule,
        String reason,
        int created,
        int modified,
        int deleted,
        int renamed,
        Sha256 changes)
        implements Question {
    /** How many there are. */
    public int count() {
        return created + modified + deleted + renamed;
    }

    /** What the scope says about each of them. */
    public Ruling ruling() {
        return new Ruling(Effect.ASK, rule, reason);
    }

    /** Whether it is about what the scope says this about in that change set. */
    public boolean isAbout(ChangeSetId set, Ruling ruling) {
        return changeSet.equals(set) && ruling().equals(ruling);
    }
}
