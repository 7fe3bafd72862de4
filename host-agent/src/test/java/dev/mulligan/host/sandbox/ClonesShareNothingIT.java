package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.guest.Evaluation;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.real.RealHost;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty clones of one template, and forks and returns of one machine with sessions in it: no two draw the same number,
 * none is another, and none lives in the past.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class ClonesShareNothingIT {
    private static final int CLONES = Integer.getInteger("mulligan.clones", 20);
    private static final int FORKS = Integer.getInteger("mulligan.forks", 2);
    /** What a machine that returned to an earlier moment keeps: it is the one that it was. */
    private static final Set<String> IDENTITY = Set.of("machine-id", "host name");

    private static final ProcessSpec.ProcessLimits LIMITS =
            new ProcessSpec.ProcessLimits(Optional.of(Duration.ofMinutes(1)), 400L << 20, 0, 64);
    private static final String JAVA = "/opt/mulligan/guest-agent/runtime/bin/java";

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
            SandboxesConfig.of(new SandboxSize(DataSize.ofMebibytes(1024), 2, DataSize.ofGibibytes(10)), 2));

    private byte[] draw = {};

    @BeforeAll
    void compile(@TempDir Path directory) throws IOException {
        Path source = directory.resolve("Draw.java");
        Files.writeString(source, """
                public class Draw {
                    public static void main(String[] none) {
                        System.out.println(java.util.UUID.randomUUID());
                        System.out.println(Math.random());
                        System.out.println(new java.security.SecureRandom().nextLong());
                    }
                }
                """);
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
                .isZero();
        draw = Files.readAllBytes(directory.resolve("Draw.class"));
    }

    @AfterAll
    void leavesNothing() {
        sandboxes.list(Map.of()).forEach(sandbox -> sandboxes.delete(sandbox.id(), true, ACTOR));
        sandboxes.close();
        assertThat(vms.list()).isEmpty();
        assertThat(vms.leftovers()).isEmpty();
        connector.close();
        vms.close();
        store.close();
        host.close();
    }

    @Test
    void noTwoDrawTheSame() throws Exception {
        Drawn drawn = new Drawn();
        List<Future<Map<String, String>>> clones = new ArrayList<>();
        try (ExecutorService sideBySide = Executors.newFixedThreadPool(2)) {
            for (int clone = 0; clone < CLONES; clone++) {
                clones.add(sideBySide.submit(this::drawsOfAClone));
            }
        }
        for (int clone = 0; clone < CLONES; clone++) {
            drawn.add("clone " + clone, clones.get(clone).get());
        }
        assertThat(drawn.doubles()).isEmpty();
        assertThat(drawn.count()).isGreaterThanOrEqualTo(10 * CLONES);
    }

    private Map<String, String> drawsOfAClone() throws Exception {
        Sandbox sandbox = sandboxes.create(SandboxFixture.request(), ACTOR, step -> {});
        try {
            return draws(sandbox);
        } finally {
            sandboxes.delete(sandbox.id(), true, ACTOR);
        }
    }

    /** Their interpreters go on with all that they remember, the state of their generators among it. */
    @Test
    void noForkAndNoReturnedMachineDrawsWhatAnotherDrew() throws Exception {
        Sandbox origin = sandboxes.create(SandboxFixture.request(), ACTOR, step -> {});
        keep(origin);
        sandboxes.checkpoint(origin.id(), CheckpointKind.FULL, "moment", Optional.empty(), ACTOR);
        List<Sandbox> forks =
                sandboxes.fork(origin.id(), new ForkRequest(FORKS, List.of(), Map.of()), ACTOR, step -> {});
        Drawn drawn = new Drawn();
        for (Sandbox fork : forks) {
            requireKept(fork);
            drawn.add("fork " + forks.indexOf(fork), draws(fork));
            sandboxes.delete(fork.id(), true, ACTOR);
        }
        Map<String, String> before = draws(origin);
        drawn.add("the origin", before);
        sandboxes.rollback(origin.id(), SandboxFixture.machine(), ACTOR);
        requireKept(origin);
        Map<String, String> returned = draws(origin);
        for (String same : IDENTITY) {
            assertThat(returned.remove(same)).as(same).isEqualTo(before.get(same));
        }
        drawn.add("the origin, returned", returned);
        assertThat(drawn.doubles()).isEmpty();
        assertThat(drawn.count()).isGreaterThanOrEqualTo(10 * (FORKS + 2));
    }

    /** Something to remember, and generators that have begun. */
    private void keep(Sandbox sandbox) throws InterruptedException {
        String python = "import random, ssl, uuid; random.random(), ssl.RAND_bytes(1); kept = 'here'; kept";
        String node = "require('crypto').generateKeyPairSync('ed25519'); Math.random(); var kept = 'here'; kept";
        try (GuestSession session = sandboxes.open(sandbox.id(), Optional.empty(), ACTOR)) {
            assertThat(value(session, Language.PYTHON, python)).isEqualTo("'here'");
            assertThat(value(session, Language.NODE, node)).isEqualTo("'here'");
        }
    }

    private void requireKept(Sandbox sandbox) throws InterruptedException {
        try (GuestSession session = sandboxes.open(sandbox.id(), Optional.empty(), ACTOR)) {
            assertThat(value(session, Language.PYTHON, "kept")).isEqualTo("'here'");
            assertThat(value(session, Language.NODE, "kept")).isEqualTo("'here'");
        }
    }

    /** All that was drawn so far, and what was drawn twice. */
    private static final class Drawn {
        private final Map<String, String> seen = new HashMap<>();
        private final List<String> doubles = new ArrayList<>();

        void add(String machine, Map<String, String> draws) {
            draws.forEach((what, value) -> {
                String before = seen.put(value, what + " of " + machine);
                if (before != null) {
                    doubles.add(what + " of " + machine + " is " + before);
                }
            });
        }

        List<String> doubles() {
            return doubles;
        }

        int count() {
            return seen.size();
        }
    }

    private Map<String, String> draws(Sandbox sandbox) throws Exception {
        Map<String, String> drawn = new HashMap<>();
        try (GuestSession session = sandboxes.open(sandbox.id(), Optional.empty(), ACTOR)) {
            drawn.put("urandom", print(session, "sh", "-c", "head -c 16 /dev/urandom | od -An -tx1"));
            drawn.put("machine-id", print(session, "cat", "/etc/machine-id"));
            drawn.put("host name", print(session, "hostname"));
            drawn.put("python random", value(session, Language.PYTHON, "import random; random.random()"));
            drawn.put("python uuid", value(session, Language.PYTHON, "import uuid; str(uuid.uuid4())"));
            drawn.put("python ssl", value(session, Language.PYTHON, "import ssl; ssl.RAND_bytes(16).hex()"));
            drawn.put("node Math.random", value(session, Language.NODE, "Math.random()"));
            drawn.put("node uuid", value(session, Language.NODE, "require('crypto').randomUUID()"));
            drawn.put("node bytes", value(session, Language.NODE, "require('crypto').randomBytes(16).toString('hex')"));
            drawn.put(
                    "node key",
                    value(
                            session,
                            Language.NODE,
                            "require('crypto').generateKeyPairSync('ed25519').publicKey.export({format: 'jwk'}).x"));
            drawn.put(
                    "node ecdh",
                    value(session, Language.NODE, "require('crypto').createECDH('prime256v1').generateKeys('hex')"));
            session.guest()
                    .files()
                    .write(
                            GuestPath.of("/home/agent/Draw.class"),
                            "agent",
                            new WriteOptions(0, false),
                            new ByteArrayInputStream(draw));
            List<String> java =
                    print(session, JAVA, "-cp", "/home/agent", "Draw").lines().toList();
            assertThat(java).hasSize(3);
            drawn.put("java uuid", java.get(0));
            drawn.put("java Math.random", java.get(1));
            drawn.put("java SecureRandom", java.get(2));
            assertThat(skew(session)).as("clock of " + sandbox.name()).isLessThan(Duration.ofSeconds(2));
        }
        return drawn;
    }

    private static Duration skew(GuestSession session) throws Exception {
        Instant before = Instant.now();
        String[] told = print(session, "date", "+%s %N").split(" ", -1);
        Instant inside = Instant.ofEpochSecond(Long.parseLong(told[0]), Long.parseLong(told[1]));
        Instant after = Instant.now();
        Duration late = Duration.between(inside, before);
        Duration early = Duration.between(after, inside);
        return late.compareTo(early) > 0 ? late : early;
    }

    private static String value(GuestSession session, Language language, String code) throws InterruptedException {
        EvaluationSpec spec = new EvaluationSpec(language, "default", "agent", code, List.of(), Map.of(), LIMITS);
        try (GuestEvaluation evaluation = session.guest().evaluate(spec, new SandboxFixture.Silent())) {
            Evaluation ended = evaluation.await();
            assertThat(ended.thrown()).as(code).isEmpty();
            return ended.results().getFirst().text().orElseThrow();
        }
    }

    private static String print(GuestSession session, String... arguments) throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Guest.OutputListener listener = new Guest.OutputListener() {
            @Override
            public void stdout(byte[] data) {
                printed.writeBytes(data);
            }

            @Override
            public void stderr(byte[] data) {
                printed.writeBytes(data);
            }
        };
        ProcessSpec spec = new ProcessSpec(List.of(arguments), Map.of(), "", "agent", Optional.empty(), LIMITS);
        try (GuestProcess process = session.guest().start(spec, listener)) {
            assertThat(process.await().code())
                    .as(printed.toString(StandardCharsets.UTF_8))
                    .isZero();
        }
        return printed.toString(StandardCharsets.UTF_8).strip();
    }
}
