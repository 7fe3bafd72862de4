package dev.mulligan.host.real;

import static dev.mulligan.host.real.Hand.call;
import static dev.mulligan.host.real.Hand.shellScope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.workspace.Trees;
import dev.mulligan.proto.host.v1.Access;
import dev.mulligan.proto.host.v1.Apply;
import dev.mulligan.proto.host.v1.Effect;
import dev.mulligan.proto.host.v1.Folder;
import dev.mulligan.proto.host.v1.Rule;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The real host agent, with a real machine and a real folder, killed at random moments of tasks whose changes are applied.
 * More rounds on request: {@code -Dmulligan.kills=20}. See {@code RandomKillsTest} for a thousand without a machine.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(3600)
final class KillsUnderAppliesIT {
    private static final String SANDBOX = "work";
    private static final int KILLS = Integer.getInteger("mulligan.kills", 3);
    /** Files of each round: so that an apply is a while on its way. */
    private static final int FILES = 300;

    private final HostAgentTrial trial = new HostAgentTrial();
    private final HostAgentProcess agent = trial.agent();
    private final Hand hand = trial.hand();
    private final Path reports = trial.directory().resolve("reports");
    private final long seed = Long.getLong("mulligan.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    void start() throws Exception {
        for (String name : new String[] {"edited", "gone", "one.key", "seen.md"}) {
            Trees.write(reports.resolve(name), "before\n");
        }
        trial.start();
        hand.create(SANDBOX);
    }

    @AfterAll
    void end() throws Exception {
        trial.end("KillsUnderAppliesIT");
    }

    @Test
    void aFolderIsAsBeforeOrAsAfter() throws Exception {
        Map<TaskState, Integer> ends = new EnumMap<>(TaskState.class);
        long begin = System.nanoTime();
        long whole = untouched();
        for (int round = 0; round < KILLS; round++) {
            Map<String, String> before = Trees.snapshot(reports);
            Task task = dispatch(round);
            // Spread over the whole of a task.
            Thread.sleep((long) ((round + random.nextDouble()) * whole * 1.1 / KILLS));
            agent.kill();
            agent.start();
            Task ended = hand.ended(task);
            String name = "round " + round + ": " + ended.getState() + ", " + ended.getReason();
            System.err.println("KillsUnderAppliesIT " + name);
            ends.merge(ended.getState(), 1, Integer::sum);
            if (ended.getState() == TaskState.SUCCEEDED) {
                assertThat(ended.getReason()).as(name).isEmpty();
                requireAfter(name, round, !before.containsKey("gone"));
            } else {
                assertThat(ended.getState()).as(name).isEqualTo(TaskState.INTERRUPTED);
                assertThat(ended.getReason()).as(name).isNotEmpty();
                assertThat(Trees.snapshot(reports)).as(name).isEqualTo(before);
            }
            trial.requireWholeAndClean();
        }
        System.err.printf(
                "KillsUnderAppliesIT: %d rounds (seed %d), each with a kill; %s; %.0f s%n",
                KILLS, seed, ends, (System.nanoTime() - begin) / 1e9);
    }

    /** How long a task takes that nobody kills, in milliseconds. */
    private long untouched() throws Exception {
        long begin = System.nanoTime();
        Task ended = hand.ended(dispatch(-1));
        assertThat(ended.getState()).as(ended.getReason()).isEqualTo(TaskState.SUCCEEDED);
        requireAfter("untouched", -1, false);
        return (System.nanoTime() - begin) / 1_000_000;
    }

    private Task dispatch(int round) throws Exception {
        String folder = "cd /workspace/reports; ";
        return hand.dispatch(
                SANDBOX,
                scope(),
                call(folder + "echo " + round + " > edited; if [ -e gone ]; then rm gone; else echo again > gone; fi; "
                        + "rm -rf many-*; echo stolen > one.key; echo changed > seen.md"),
                call(folder + "mkdir -p many-" + round + "/deep; for i in $(seq " + FILES + "); do echo " + round
                        + " $i > many-" + round + "/deep/$i; done"));
    }

    private Scope.Builder scope() {
        return shellScope()
                .addFolders(Folder.newBuilder()
                        .setPath(reports.toString())
                        .setSandboxPath("/workspace/reports")
                        .setAccess(Access.WRITE))
                .addRules(rule("change.path.endsWith('.key')", Effect.DENY))
                .addRules(rule("change.path.endsWith('.md')", Effect.ASK))
                .setApply(Apply.APPLY_AUTO);
    }

    private static Rule.Builder rule(String when, Effect then) {
        return Rule.newBuilder().setWhen(when).setThen(then);
    }

    /** All that was allowed has come, and nothing else. */
    private void requireAfter(String name, int round, boolean again) throws IOException {
        Map<String, String> expected =
                new TreeMap<>(Map.of("edited", round + "\n", "one.key", "before\n", "seen.md", "before\n"));
        if (again) {
            expected.put("gone", "again\n");
        }
        for (int file = 1; file <= FILES; file++) {
            expected.put("many-" + round + "/deep/" + file, round + " " + file + "\n");
        }
        Map<String, String> found = new TreeMap<>();
        try (var paths = Files.walk(reports)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (!Files.isDirectory(path)) {
                    found.put(reports.relativize(path).toString(), Files.readString(path));
                }
            }
        }
        assertThat(found).as(name).isEqualTo(expected);
        try (var names = Files.list(reports)) {
            assertThat(names)
                    .as(name)
                    .noneMatch(path -> path.getFileName().toString().startsWith(".mulligan"));
        }
    }
}
