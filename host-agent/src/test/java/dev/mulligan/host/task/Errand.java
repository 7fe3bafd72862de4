package dev.mulligan.host.task;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.apply.ApplyOutcome;
import dev.mulligan.host.workspace.apply.JournalEntry;
import dev.mulligan.host.workspace.change.Selection;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.host.workspace.store.ChangeSets;
import dev.mulligan.host.workspace.store.ChangeState;
import dev.mulligan.host.workspace.store.RecordedChangeSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** What a person does meanwhile: applies the note of an earlier task, or undoes that. */
final class Errand {
    private final String note;
    private final Optional<String> text;
    private final Act act;
    private volatile Optional<ApplyOutcome> outcome = Optional.empty();
    private volatile Optional<Throwable> failure = Optional.empty();

    private interface Act {
        ApplyOutcome run(ChangeSets changes);
    }

    private Errand(String note, Optional<String> text, Act act) {
        this.note = note;
        this.text = text;
        this.act = act;
    }

    /** One of those that are there before a round, if there are any. */
    static Optional<Errand> choose(ChangeSets changes, int round, Map<String, String> files, Random random) {
        List<Errand> all = new ArrayList<>();
        for (int earlier = 0; earlier < round; earlier++) {
            String note = GrantedReports.note(earlier);
            for (RecordedChangeSet set : changes.ofTask(new TaskId("round-" + earlier))) {
                if (files.containsKey(note)) {
                    long number = applied(changes, set.id());
                    all.add(new Errand(
                            note, Optional.empty(), sets -> sets.undo(number, List.of(), false, TaskFixture.ACTOR)));
                } else if (isPending(set, note)) {
                    all.add(new Errand(
                            note,
                            Optional.of(GrantedReports.noteText(earlier)),
                            sets -> sets.apply(set.id(), Selection.of("notes"), TaskFixture.ACTOR)));
                }
            }
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /** The newest of it is that of the note: a person's came after the task's. */
    private static long applied(ChangeSets changes, ChangeSetId set) {
        return changes.applies().stream()
                .filter(entry -> entry.changeSet().equals(Optional.of(set.value()))
                        && entry.undoes().isEmpty())
                .mapToLong(JournalEntry::number)
                .max()
                .orElseThrow();
    }

    private static boolean isPending(RecordedChangeSet set, String note) {
        return set.changes().stream()
                .anyMatch(change ->
                        change.change().path().toString().equals(note) && change.state() == ChangeState.PENDING);
    }

    /** Begins when the host agent has made so many steps, or is dead. */
    Thread start(ChangeSets changes, Killer killer, int steps) {
        return Thread.ofVirtual().start(() -> {
            while (killer.steps() < steps && !killer.dead()) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
            try {
                outcome = Optional.of(act.run(changes));
            } catch (Crash killed) {
                // Nobody knows how far it came.
            } catch (RuntimeException | Error unexpected) {
                failure = Optional.of(unexpected);
            }
        });
    }

    /** What went wrong. */
    Optional<Throwable> failure() {
        return failure;
    }

    /** How the folder may look now that would look like this without it: one or two ways. */
    List<SortedMap<String, String>> outcomes(SortedMap<String, String> without) {
        SortedMap<String, String> with = new TreeMap<>(without);
        text.ifPresentOrElse(written -> with.put(note, written), () -> with.remove(note));
        return outcome.isPresent() ? List.of(with) : List.of(without, with);
    }

    @Override
    public String toString() {
        return (text.isPresent() ? "apply " : "undo ") + note + " -> " + outcome;
    }
}
