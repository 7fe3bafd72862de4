package dev.mulligan.host.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.MemoryDirectory;
import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.task.Tasks.TaskFilter;
import dev.mulligan.host.tool.ToolCall;
import dev.mulligan.host.workspace.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 8 over tasks whose changes are applied: a host agent is killed at a random moment (any of its writes to a
 * database, any change that it makes to a folder), its successor now and then, too; meanwhile a person applies and undoes.
 * Each task ends, its folder is as before or as after, and nothing is left.
 *
 * <p>More rounds on request: {@code -Dmulligan.kills=1000}; the same again: {@code -Dmulligan.seed=…}.
 */
final class RandomKillsTest {
    private static final int ROUNDS = Integer.getInteger("mulligan.kills", 40);
    /** Of one host: so that it has a past, and others have none. */
    private static final int ROUNDS_OF_A_HOST = 25;

    private static final TaskFilter ALL = new TaskFilter(Set.of(), Optional.empty(), Map.of());
    private static final TaskPlace WORK = new TaskPlace.ExistingSandbox("work");

    @TempDir(factory = MemoryDirectory.class)
    private Path states;

    @TempDir
    private Path folders;

    private final long seed = Long.getLong("mulligan.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<TaskState, Integer> ends = new EnumMap<>(TaskState.class);
    private int kills;
    private int killedAgain;
    private int errands;
    private int applies;
    private int takenBack;
    private int forgotten;
    /** How many steps a round has that nobody kills. */
    private int steps = 150;

    @Test
    @Timeout(3600)
    void nothingIsLostAndNothingIsHalfDone() throws Exception {
        long begin = System.nanoTime();
        for (int first = 0; first < ROUNDS; first += ROUNDS_OF_A_HOST) {
            // As the journal and the machines have it.
            Path directory = Files.createDirectory(states.resolve(Integer.toString(first)));
            Path folder = Files.createDirectory(folders.resolve(Integer.toString(first)));
            GrantedReports reports = new GrantedReports(folder.toRealPath(), random);
            try (RealSandboxes host = new RealSandboxes(directory)) {
                host.create();
                Aftermath aftermath = new Aftermath(host, directory, reports);
                for (int round = first; round < Math.min(ROUNDS, first + ROUNDS_OF_A_HOST); round++) {
                    round(round, host, reports, aftermath);
                }
                applies += aftermath.recorded("changes.apply");
                forgotten += aftermath.forgotten();
                takenBack += aftermath.recorded("changes.taken_back");
            }
            Trees.delete(directory);
        }
        System.err.printf(
                "RandomKillsTest: %d rounds (seed %d), %d kills, %d of them of one that was just recovering; %s;"
                        + " %d applies begun, %d taken back, %d errands of a person,"
                        + " %d disks left to the next task; %.0f s%n",
                ROUNDS, seed, kills, killedAgain, ends, applies, takenBack, errands, forgotten, (System.nanoTime() - begin) / 1e9);
        assertThat(kills).isGreaterThan(ROUNDS / 3);
        assertThat(ends.keySet()).contains(TaskState.SUCCEEDED, TaskState.INTERRUPTED);
    }

    private void round(int number, RealSandboxes host, GrantedReports reports, Aftermath aftermath) throws Exception {
        String name = "round " + number + " of seed " + seed;
        SortedMap<String, String> before = reports.texts();
        Map<String, String> beforeInFull = Trees.snapshot(reports.folder());
        GrantedReports.Work work = reports.work(number, before);
        TaskSpec spec = spec(work, reports);
        TaskId id = new TaskId("round-" + number);
        Optional<Errand> errand =
                random.nextInt(3) == 0 ? Errand.choose(host.changes, number, before, random) : Optional.empty();
        boolean killed = random.nextInt(12) > 0;
        if (killed) {
            host.killer.arm(1 + random.nextInt(steps), random.nextBoolean());
        }
        int begun = host.killer.steps();
        Optional<Thread> person =
                errand.map(one -> one.start(host.changes, host.killer, begun + random.nextInt(steps)));
        try {
            host.engine.dispatch(Optional.of(id), spec, TaskFixture.ACTOR);
            TaskFixture.until(
                    () -> host.killer.dead() || host.engine.get(id).state().ended());
        } catch (Crash theirs) {
            assertThat(host.killer.dead()).isTrue();
        }
        if (person.isPresent()) {
            person.get().join();
        }
        if (!killed) {
            steps = host.killer.steps() - begun;
        }
        host.killer.arm(Integer.MAX_VALUE / 2, false);
        if (host.killer.dead()) {
            kills++;
            recover(host);
        }
        // What a client does that got no answer: the same again.
        host.engine.dispatch(Optional.of(id), spec, TaskFixture.ACTOR);
        Task task = host.await(id);
        ends.merge(task.state(), 1, Integer::sum);
        errands += person.isPresent() ? 1 : 0;
        SortedMap<String, String> expected = task.state() == TaskState.SUCCEEDED ? work.after() : before;
        aftermath.requireEnded(name, task);
        aftermath.requireFolder(name, task, expected, errand);
        if (task.state() != TaskState.SUCCEEDED && errand.isEmpty()) {
            assertThat(Trees.snapshot(reports.folder())).as(name).isEqualTo(beforeInFull);
        }
        aftermath.requireWhole(name);
    }

    /** The next host agent, which may be killed while it puts things in order, and the one after it. */
    private void recover(RealSandboxes host) {
        Killer next = new Killer();
        boolean again = random.nextInt(4) == 0;
        if (again) {
            next.arm(1 + random.nextInt(40), random.nextBoolean());
        }
        try {
            host.killAndRestart(next);
            if (!again) {
                return;
            }
            TaskFixture.until(() -> next.dead()
                    || host.engine.list(ALL, 0, "").tasks().stream()
                            .allMatch(task -> task.state().ended()));
        } catch (Crash killed) {
            assertThat(next.dead()).isTrue();
        }
        next.arm(Integer.MAX_VALUE / 2, false);
        if (next.dead()) {
            kills++;
            killedAgain++;
            host.killAndRestart();
        }
    }

    private TaskSpec spec(GrantedReports.Work work, GrantedReports reports) {
        List<ToolCall> calls = new ArrayList<>();
        work.commands().forEach(command -> calls.add(Specs.shell(command)));
        if (random.nextInt(10) == 0) {
            calls.add(Specs.shell("exit 3"));
        }
        TaskPlace place = random.nextInt(4) == 0 ? new TaskPlace.NewSandbox("base") : WORK;
        OnFailure onFailure = place.equals(WORK) && random.nextInt(4) == 0 ? OnFailure.KEEP : OnFailure.ROLLBACK;
        return Specs.spec(place, reports.scope(), onFailure, false, calls.toArray(ToolCall[]::new));
    }
}
