package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.guest.Evaluation;
import dev.mulligan.host.guest.Evaluation.Reason;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import dev.mulligan.host.real.RealHost;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmManager;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;

/** Sessions in one real machine: limits by its kernel, and what becomes of them when the machine is saved or rolled back. */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(600)
final class SessionsIT {
    private static final ProcessLimits LIMITS =
            new ProcessLimits(Optional.of(Duration.ofMinutes(3)), 256L << 20, 2000, 128);
    private static final int ROUNDS = 40;

    @RegisterExtension
    final TestWatcher onFailure = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            host.keepLogs("SessionsIT-" + context.getDisplayName().replaceAll("\\W+", ""));
        }
    };

    private final RealHost host = new RealHost();
    private final GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, Clock.systemUTC());
    private final SqliteStore store = SqliteStore.openJournal(host.state());
    private final VmManager vms = host.openMachines();
    private final VmSandboxes sandboxes = VmSandboxes.open(
            vms,
            BootImages.of(host.images()),
            connector,
            event -> 1,
            store,
            host.packer(vms),
            HostCapacity.ofThisMachine(host.directory()),
            Clock.systemUTC(),
            SandboxesConfig.of(new SandboxSize(DataSize.ofMebibytes(1024), 2, DataSize.ofGibibytes(10))));
    private Optional<Sandbox> created = Optional.empty();

    @BeforeAll
    void create() {
        created = Optional.of(sandboxes.create(SandboxFixture.request(), ACTOR, step -> {}));
    }

    @AfterAll
    void leavesNothing() {
        created.ifPresent(sandbox -> sandboxes.delete(sandbox.id(), true, ACTOR));
        assertThat(sandboxes.leftovers()).isEmpty();
        sandboxes.close();
        connector.close();
        vms.close();
        store.close();
        host.close();
    }

    @Test
    @Order(1)
    void keepsStateAndDropsPrivileges() throws Exception {
        evaluate(Language.PYTHON, "agent", "import os; x = 20; os.chdir('/tmp')");
        assertThat(value(Language.PYTHON, "agent", "(x + 1, os.getcwd(), os.getuid() == 0)"))
                .isEqualTo("(21, '/tmp', False)");
        assertThat(value(Language.PYTHON, "root", "import os; ('x' in dir(), os.getuid())"))
                .isEqualTo("(False, 0)");
        evaluate(Language.NODE, "agent", "const y = 6");
        assertThat(value(Language.NODE, "agent", "const z = y * await 7; z")).isEqualTo("42");
        assertThat(value(Language.PYTHON, "agent", "open('/proc/self/status').read().count('NoNewPrivs:\\t1')"))
                .isEqualTo("1");
    }

    /** The bar is 0.2 of what Docker takes to start an interpreter; here against starting one in the same machine. */
    @Test
    @Order(2)
    void aCallInASessionStartsNothing() throws Exception {
        Duration[] sessions = new Duration[ROUNDS];
        Duration[] programs = new Duration[ROUNDS / 4];
        try (GuestSession session = session()) {
            for (int round = 0; round < ROUNDS; round++) {
                sessions[round] = time(() -> evaluate(session, Language.PYTHON, "agent", "1+1"));
            }
            for (int round = 0; round < programs.length; round++) {
                programs[round] = time(() -> run(session, "python3", "-c", "print(1+1)"));
            }
        }
        Arrays.sort(sessions);
        Arrays.sort(programs);
        Duration evaluated = sessions[ROUNDS / 2];
        Duration started = programs[programs.length / 2];
        System.err.printf(
                "SessionsIT 1+1 in a session: median %.1f ms, best %.1f ms; python3 -c 'print(1+1)': median %.1f ms%n",
                evaluated.toNanos() / 1e6, sessions[0].toNanos() / 1e6, started.toNanos() / 1e6);
        assertThat(evaluated).isLessThan(started.dividedBy(2));
    }

    @Test
    @Order(3)
    void limitsOfACallAreKeptByTheKernel() throws Exception {
        Evaluation greedy = evaluate(Language.PYTHON, "agent", "data = bytearray(400 << 20); 'had it'");
        assertThat(greedy.reason()).isEqualTo(Reason.MEMORY_LIMIT);
        assertThat(greedy.sessionLost()).isTrue();
        Evaluation next = evaluate(Language.PYTHON, "agent", "import os, random; x = 1");
        assertThat(next.restarted()).isTrue();
        Evaluation forks = evaluate(Language.PYTHON, "agent", """
                import time
                try:
                    for _ in range(200):
                        if os.fork() == 0: time.sleep(60); os._exit(0)
                except BlockingIOError: print('no more')
                """);
        assertThat(forks.reason()).isEqualTo(Reason.DONE);
    }

    @Test
    @Order(4)
    void sessionsSurviveASave() throws Exception {
        evaluate(Language.PYTHON, "agent", "kept = 'over the save'");
        evaluate(Language.NODE, "agent", "var kept = 'too'");
        sandboxes.pause(created.orElseThrow().id(), true, ACTOR);
        assertThat(value(Language.PYTHON, "agent", "kept")).isEqualTo("'over the save'");
        assertThat(value(Language.NODE, "agent", "kept")).isEqualTo("'too'");
    }

    @Test
    @Order(5)
    void aRollbackOfTheMachineReturnsThemAndTheyDrawOtherNumbers() throws Exception {
        evaluate(Language.PYTHON, "agent", "x = 'before'; random.seed(7)");
        sandboxes.checkpoint(created.orElseThrow().id(), CheckpointKind.FULL, "state", Optional.empty(), ACTOR);
        String first = draw();
        evaluate(Language.PYTHON, "agent", "x = 'after'");
        sandboxes.rollback(created.orElseThrow().id(), SandboxFixture.machine(), ACTOR);
        assertThat(value(Language.PYTHON, "agent", "x")).isEqualTo("'before'");
        String second = draw();
        assertThat(second.split(" ", -1)).doesNotContainAnyElementsOf(List.of(first.split(" ", -1)));
    }

    private String draw() throws InterruptedException {
        return value(Language.PYTHON, "agent", "random.random()") + " "
                + value(Language.NODE, "agent", "Math.random()") + " "
                + value(Language.NODE, "agent", "require('crypto').randomUUID()");
    }

    private GuestSession session() {
        return sandboxes.open(created.orElseThrow().id(), Optional.empty(), ACTOR);
    }

    private String value(Language language, String user, String code) throws InterruptedException {
        Evaluation ended = evaluate(language, user, code);
        assertThat(ended.thrown()).isEmpty();
        return ended.results().getFirst().text().orElseThrow();
    }

    private Evaluation evaluate(Language language, String user, String code) throws InterruptedException {
        try (GuestSession session = session()) {
            return evaluate(session, language, user, code);
        }
    }

    private static Evaluation evaluate(GuestSession session, Language language, String user, String code)
            throws InterruptedException {
        Guest.OutputListener output = new SandboxFixture.Silent();
        EvaluationSpec spec = new EvaluationSpec(language, "default", user, code, List.of(), Map.of(), LIMITS);
        try (GuestEvaluation evaluation = session.guest().evaluate(spec, output)) {
            return evaluation.await();
        }
    }

    private static void run(GuestSession session, String... arguments) throws InterruptedException {
        ProcessSpec spec = new ProcessSpec(List.of(arguments), Map.of(), "", "agent", Optional.empty(), LIMITS);
        try (GuestProcess process = session.guest().start(spec, new SandboxFixture.Silent())) {
            assertThat(process.await().code()).isZero();
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static Duration time(Work work) throws InterruptedException {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
