package dev.mulligan.host.task;

import static dev.mulligan.host.task.Specs.shell;
import static dev.mulligan.host.task.TaskFixture.ACTOR;
import static dev.mulligan.host.task.TaskFixture.SANDBOX;
import static dev.mulligan.host.task.TaskFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.store.MemoryDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 8: a crash loses nothing. A host agent is killed at each step that it journals, by turns just before and
 * just after it; the next one finds every task that was dispatched, and ends it.
 */
class Invariant8ACrashLosesNothingTest {
    @TempDir(factory = MemoryDirectory.class)
    private Path directory;

    @Test
    void killedInATaskThatSucceeds() throws Exception {
        killAtEveryStep(Map.of("good", Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /good 1; echo x"))));
    }

    @Test
    void killedInATaskThatFailsAndRollsBack() throws Exception {
        killAtEveryStep(Map.of("bad", Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /bad 1"), shell("exit 1"))));
    }

    @Test
    void killedInATaskWithASandboxOfItsOwn() throws Exception {
        killAtEveryStep(Map.of("own", Specs.own(OnFailure.ROLLBACK, false, shell("write /own 1"))));
    }

    @Test
    void killedWithOthersWaiting() throws Exception {
        Map<String, TaskSpec> specs = new LinkedHashMap<>();
        specs.put("first", Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /first 1")));
        specs.put("second", Specs.in(SANDBOX, OnFailure.ROLLBACK, shell("write /second 1; exit 1")));
        specs.put("third", Specs.own(OnFailure.ROLLBACK, false, shell("write /third 1")));
        killAtEveryStep(specs);
    }

    private void killAtEveryStep(Map<String, TaskSpec> specs) throws Exception {
        boolean reached = true;
        int step = 0;
        while (reached) {
            step++;
            reached = kill(step, step % 2 == 0, specs);
        }
        assertThat(step).as("steps that were tried").isGreaterThan(15);
    }

    /** False if everything had ended before that step. */
    private boolean kill(int step, boolean after, Map<String, TaskSpec> specs) throws Exception {
        Path state = Files.createDirectory(directory.resolve(step + (after ? "-after" : "-before")));
        CrashingStore.Killer killer = new CrashingStore.Killer(step, after);
        try (TaskFixture host = new TaskFixture(state)) {
            host.rig(store -> new CrashingStore(store, killer), UnaryOperator.identity(), act -> killer.check());
            try {
                host.renew().start();
                specs.forEach((id, spec) -> host.engine.dispatch(Optional.of(new TaskId(id)), spec, ACTOR));
                until(() -> killer.dead()
                        || specs.keySet().stream()
                                .allMatch(id ->
                                        host.engine.get(new TaskId(id)).state().ended()));
            } catch (CrashingStore.Crash killed) {
                assertThat(killer.dead()).isTrue();
            }
            boolean reached = killer.dead();
            host.restart();
            host.start();
            // What a client does that got no answer: the same dispatch again.
            specs.forEach((id, spec) -> host.engine.dispatch(Optional.of(new TaskId(id)), spec, ACTOR));
            specs.forEach((id, spec) -> assertEndedWell(host, host.await(new TaskId(id)), step));
            assertThat(host.machines.keySet()).as("step %s", step).containsExactly(new SandboxId(SANDBOX));
            assertThat(host.audit.reader().verify().flaw()).isEmpty();
            return reached;
        }
    }

    private static void assertEndedWell(TaskFixture host, Task task, int step) {
        boolean own = task.spec().place() instanceof TaskPlace.NewSandbox;
        if (!own) {
            assertThat(host.machine().file("/" + task.id()).isPresent())
                    .as("step %s: what %s wrote is there only if it succeeded: %s", step, task.id(), task)
                    .isEqualTo(task.state() == TaskState.SUCCEEDED);
        }
        if (task.state() == TaskState.SUCCEEDED) {
            assertThat(task.results()).hasSameSizeAs(task.spec().calls());
        } else {
            assertThat(task.reason()).isNotEmpty();
        }
        List<TaskEvent> events = host.events(task.id(), 0);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).sequence()).isEqualTo(i + 1);
        }
        long ends = host.record().stream()
                .filter(entry -> entry.event().kind().equals("task.ended"))
                .filter(entry -> entry.event().task().equals(Optional.of(task.id())))
                .count();
        assertThat(ends).as("the end is on record").isGreaterThanOrEqualTo(1);
    }
}
