package dev.mulligan.host.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SettableClock;
import dev.mulligan.host.guest.Guest.RestoredEntry;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import dev.mulligan.proto.guest.v1.MachineIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against a well-behaved guest, over a real unix socket. */
@Timeout(120)
final class GuestTest {
    private static final Instant NOW = Instant.parse("2026-05-04T03:02:01.5Z");

    @TempDir
    private Path directory;

    private final SettableClock clock = new SettableClock(NOW);
    private SimulatedGuestServer server;
    private GuestConnector connector;
    private GuestLink link;

    @BeforeEach
    void connect() {
        server = new SimulatedGuestServer(directory.resolve("port"), Map.of("flood", run -> {
            while (!Thread.currentThread().isInterrupted()) {
                run.stdout("x".repeat(4096));
            }
            return 0;
        }));
        connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, clock);
        link = connector.connect(directory.resolve("port"));
    }

    @AfterEach
    void close() {
        link.close();
        connector.close();
        server.close();
    }

    @Test
    void evaluatesInSessions() throws Exception {
        Output output = new Output();
        try (GuestEvaluation printing = link.guest().evaluate(code("print hello"), output)) {
            assertThat(printing.await().results().getFirst().text()).hasValue("print hello");
            assertThat(output.text()).isEqualTo("hello");
        }
        GuestEvaluation waiting = link.guest().evaluate(code("wait"), new Output());
        waiting.close();
        assertThat(waiting.await().reason()).isEqualTo(Evaluation.Reason.INTERRUPTED);
        assertThat(server.sessions()).containsExactly("mine");
        link.guest().endSession(EvaluationSpec.Language.PYTHON, "agent", "mine");
        assertThat(server.sessions()).isEmpty();
        try (GuestEvaluation another = link.guest().evaluate(code("1"), new Output())) {
            another.await();
        }
        link.guest().endSessions();
        assertThat(server.sessions()).isEmpty();
        assertThat(link.guest().prepareSessions(EvaluationSpec.Language.NODE, "agent", List.of("none"), 1))
                .containsExactly("none");
    }

    private static EvaluationSpec code(String code) {
        return new EvaluationSpec(
                EvaluationSpec.Language.PYTHON,
                "mine",
                "agent",
                code,
                List.of(),
                Map.of(),
                ProcessSpec.ProcessLimits.NONE);
    }

    @Test
    void resynchronisesBeforeAnythingElse() {
        assertThat(server.system().asked()).containsExactly("resynchronise");
        assertThat(server.system().clock()).isEqualTo(NOW);
        assertThat(server.system().entropy()).singleElement().matches(entropy -> entropy.size() == 32);
        GuestHealth health = link.guest().health();
        assertThat(health.tools()).containsEntry("python3", "Python 3.13.5");
    }

    @Test
    void setsTheClockAgainIfTheFirstTimeWasLongOnItsWay() {
        link.close();
        server.system().onWaking(() -> clock.pass(Duration.ofMillis(600)));
        GuestIdentity identity = new GuestIdentity("sb-1", "0123456789abcdef0123456789abcdef");
        link = connector.connect(directory.resolve("port"), Duration.ofSeconds(10), Optional.of(identity));
        // Each connection's preamble, the slow call, and another one.
        assertThat(server.system().asked())
                .containsExactly("resynchronise", "resynchronise", "resynchronise", "resynchronise");
        assertThat(server.system().identities()).hasSize(1);
        assertThat(server.system().entropy()).doesNotHaveDuplicates();
    }

    @Test
    void tellsACloneWhoItIsWithTheClock() {
        link.close();
        GuestIdentity identity = new GuestIdentity("sb-1", "0123456789abcdef0123456789abcdef");
        link = connector.connect(directory.resolve("port"), Duration.ofSeconds(10), Optional.of(identity));
        assertThat(server.system().asked()).containsExactly("resynchronise", "resynchronise", "resynchronise");
        assertThat(server.system().identities()).containsExactly(identity.message());
        link.resynchronise();
        assertThat(server.system().identities()).hasSize(1);
        link.resynchronise(new GuestIdentity("sb-2", "1123456789abcdef0123456789abcdef"));
        assertThat(server.system().identities())
                .last()
                .returns("sb-2", MachineIdentity::getHostName)
                .returns("1123456789abcdef0123456789abcdef", MachineIdentity::getMachineId);
    }

    @Test
    void connectsAsSoonAsThereIsSomebody() throws Exception {
        Path late = directory.resolve("late");
        // A thread of its own: the common pool may have but one.
        CompletableFuture<GuestLink> connected = CompletableFuture.supplyAsync(
                () -> connector.connect(late, Duration.ofSeconds(20), Optional.empty()),
                task -> Thread.ofPlatform().start(task));
        Thread.sleep(100);
        assertThat(connected).isNotDone();
        try (SimulatedGuestServer _ = new SimulatedGuestServer(late, Map.of());
                GuestLink there = connected.get(20, TimeUnit.SECONDS)) {
            assertThat(there.isAlive()).isTrue();
        }
    }

    @Test
    void givesUpConnectingWhenPatienceEnds() {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(
                        () -> connector.connect(directory.resolve("nobody"), Duration.ofMillis(50), Optional.empty()))
                .returns(HostErrorCode.GUEST_UNREACHABLE, HostException::code);
    }

    @Test
    void aConnectorThatIsClosedConnectsToNobodyAndSaysSo() {
        GuestTimeouts brief = new GuestTimeouts(
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
        GuestConnector closed = GuestConnector.overUnixSockets(brief, Clock.systemUTC());
        closed.close();
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> closed.connect(directory.resolve("port")));
    }

    @Test
    void runsAProgram() throws Exception {
        Output output = new Output();
        try (GuestProcess process = link.guest().start(program("echo", "hello"), output)) {
            assertThat(process.pid()).isPositive();
            ProcessExit exit = process.await();
            assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.EXIT);
            assertThat(exit.code()).isZero();
        }
        assertThat(output.text()).isEqualTo("hello\n");
    }

    @Test
    void feedsStdinOfAnySize() throws Exception {
        byte[] data = "0123456789abcdef".repeat(20_000).getBytes(UTF_8);
        Output output = new Output();
        try (GuestProcess process = link.guest().start(program("cat"), output)) {
            process.stdin(data);
            process.closeStdin();
            assertThat(process.await().code()).isZero();
            process.stdin(data);
        }
        assertThat(output.bytes()).isEqualTo(data);
    }

    @Test
    void signalsAndKills() throws Exception {
        GuestProcess process = link.guest().start(program("sleep", "600"), new Output());
        process.signal(15);
        assertThat(process.await()).matches(exit -> exit.reason() == ProcessExit.Reason.SIGNAL && exit.signal() == 15);

        GuestProcess closed = link.guest().start(program("sleep", "600"), new Output());
        closed.close();
        assertThat(closed.await().signal()).isEqualTo(9);
        assertThat(server.running()).isZero();
    }

    @Test
    void cancelEndsTheWaitAndTheProgram() throws Exception {
        GuestProcess process = link.guest().start(program("sleep", "600"), new Output());
        process.cancel();
        assertFails(HostErrorCode.CANCELLED, process::await);
        Await.until(() -> server.running() == 0);
    }

    @Test
    void anUnknownProgramFailsAtTheStart() {
        assertFails(HostErrorCode.NO_SUCH_PROGRAM, () -> link.guest().start(program("nope"), new Output()));
    }

    @Test
    void refusesWhatNoKernelWouldStart() {
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> link.guest().start(program(), new Output()));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> link.guest().start(program("a\0b"), new Output()));
        assertFails(
                HostErrorCode.INVALID_ARGUMENT,
                () -> link.guest().start(program("echo", "x".repeat(2 << 20)), new Output()));
    }

    @Test
    void aListenerThatBlocksHoldsUpItsProgramAndNobodyElse() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        List<GuestProcess> stuck = new ArrayList<>();
        AtomicLong taken = new AtomicLong();
        for (int count = 0; count < 8; count++) {
            stuck.add(link.guest().start(program("flood"), new Blocking(hold, taken)));
        }
        // Each fills a stream's window and stands still; together far more than one window.
        Await.until(() -> taken.get() == 8);
        Output output = new Output();
        try (GuestProcess process = link.guest().start(program("echo", "through"), output)) {
            assertThat(process.await().code()).isZero();
        }
        assertThat(output.text()).isEqualTo("through\n");
        assertThat(taken).hasValue(8);
        hold.countDown();
        stuck.forEach(GuestProcess::cancel);
        Await.until(() -> server.running() == 0);
    }

    @Test
    void boundsTheProgramsAtTheSameTime() {
        List<GuestProcess> many = new ArrayList<>();
        for (int count = 0; count < OpenStreams.MAXIMUM; count++) {
            many.add(link.guest().start(program("sleep", "600"), new Output()));
        }
        assertFails(HostErrorCode.SANDBOX_BUSY, () -> link.guest().start(program("true"), new Output()));
        assertThat(link.guest().health().version()).isEqualTo("0.1.0");
        many.forEach(GuestProcess::cancel);
        Await.until(() -> server.running() == 0);
        Await.until(() -> starts(program("true")));
    }

    private boolean starts(ProcessSpec spec) {
        try (GuestProcess process = link.guest().start(spec, new Output())) {
            return process.pid() > 0;
        } catch (HostException busy) {
            return false;
        }
    }

    @Test
    void theEndOfTheLinkEndsEverythingWithItsReason() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        GuestProcess sleeping = link.guest().start(program("sleep", "600"), new Output());
        GuestProcess blocked = link.guest().start(program("flood"), new Blocking(hold, new AtomicLong()));
        Watched watched = new Watched();
        AutoCloseable watch = link.guest().files().watch(GuestPath.of("/home"), "agent", true, watched);
        Await.until(() -> watched.events.contains("READY /home"));

        link.close(HostException.of(HostErrorCode.ROLLED_BACK, "the machine was rolled back")
                .build());

        assertFails(HostErrorCode.ROLLED_BACK, sleeping::await);
        assertFails(HostErrorCode.ROLLED_BACK, blocked::await);
        assertFails(HostErrorCode.ROLLED_BACK, () -> link.guest().health());
        assertFails(HostErrorCode.ROLLED_BACK, () -> link.guest().start(program("true"), new Output()));
        assertThat(watched.ends).containsExactly("the machine was rolled back");
        assertThat(link.isAlive()).isFalse();
        hold.countDown();
        watch.close();
        assertThat(watched.ends).hasSize(1);
    }

    @Test
    void aBrokenConnectionIsNeverTakenUpAgain() throws Exception {
        GuestProcess process = link.guest().start(program("sleep", "600"), new Output());
        server.restartAgent();
        assertFails(HostErrorCode.GUEST_UNREACHABLE, process::await);
        assertFails(HostErrorCode.GUEST_UNREACHABLE, () -> link.guest().health());
        // It hears of it by itself, perhaps after the calls have.
        Await.until(() -> !link.isAlive());
        assertThat(server.connections()).isEqualTo(1);

        try (GuestLink second = connector.connect(directory.resolve("port"))) {
            assertThat(second.guest().health().version()).isEqualTo("0.1.0");
            assertThat(server.system().asked().stream().filter("resynchronise"::equals))
                    .hasSize(2);
        }
    }

    @Test
    void writesAndReadsFiles() {
        GuestPath path = GuestPath.of("/home/agent/a/b.txt");
        byte[] data = "line\n".repeat(100_000).getBytes(UTF_8);
        GuestFile written =
                link.guest().files().write(path, "agent", new WriteOptions(0600, true), new ByteArrayInputStream(data));
        assertThat(written.size()).isEqualTo(data.length);
        assertThat(written.mode()).isEqualTo(0600);
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        link.guest().files().read(path, "agent", back);
        assertThat(back.toByteArray()).isEqualTo(data);
        assertThat(link.guest().files().stat(path, "agent")).isEqualTo(written);
    }

    @Test
    void listsMovesAndRemoves() {
        Guest.GuestFiles files = link.guest().files();
        files.makeDirectory(GuestPath.of("/tmp/d"), "agent");
        server.disk().write("/tmp/d/two", "2");
        server.disk().write("/tmp/d/one", "1");
        List<String> seen = new ArrayList<>();
        assertThat(files.list(
                        GuestPath.of("/tmp/d"),
                        "agent",
                        file -> seen.add(file.path().toString())))
                .isFalse();
        assertThat(seen).containsExactly("/tmp/d/one", "/tmp/d/two");

        assertFails(
                HostErrorCode.FILE_EXISTS,
                () -> files.move(GuestPath.of("/tmp/d/one"), GuestPath.of("/tmp/d/two"), "agent", false));
        files.move(GuestPath.of("/tmp/d/one"), GuestPath.of("/tmp/d/two"), "agent", true);
        assertFails(HostErrorCode.FILE_CONFLICT, () -> files.remove(GuestPath.of("/tmp/d"), "agent", false));
        files.remove(GuestPath.of("/tmp/d"), "agent", true);
        assertFails(HostErrorCode.NO_SUCH_FILE, () -> files.stat(GuestPath.of("/tmp/d"), "agent"));
    }

    @Test
    void aSourceOrSinkThatFailsEndsTheTransfer() {
        GuestPath path = GuestPath.of("/tmp/x");
        InputStream source = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("the client went away");
                }
                int count = Math.min(left, length);
                left -= count;
                return count;
            }
        };
        assertFails(
                HostErrorCode.CANCELLED,
                () -> link.guest().files().write(path, "agent", new WriteOptions(0, false), source));
        assertThat(server.disk().find(path)).isEmpty();

        server.disk().write("/tmp/y", "y".repeat(1 << 20));
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int data) throws IOException {
                throw new IOException("no space left on device");
            }
        };
        assertFails(HostErrorCode.CANCELLED, () -> link.guest().files().read(GuestPath.of("/tmp/y"), "agent", sink));
    }

    @Test
    void restoresPathsFromADisk() {
        server.disk().write("/home/agent/f", "old");
        server.attachedCheckpoint("serial", server.diskSnapshot());
        server.disk().write("/home/agent/f", "new");
        server.disk().write("/home/agent/g", "new");
        List<RestoredEntry> entries = link.guest()
                .files()
                .restore(
                        "serial",
                        List.of(
                                GuestPath.of("/home/agent/f"),
                                GuestPath.of("/home/agent/g"),
                                GuestPath.of("/home/agent/h")),
                        Duration.ofSeconds(5));
        assertThat(entries)
                .extracting(RestoredEntry::outcome)
                .containsExactly(
                        RestoredEntry.Outcome.REPLACED, RestoredEntry.Outcome.REMOVED, RestoredEntry.Outcome.ABSENT);
        assertThat(server.disk().text("/home/agent/f")).hasValue("old");
    }

    @Test
    void freezesAndThaws() {
        link.freeze(Duration.ofSeconds(5));
        assertThat(server.system().frozen()).isTrue();
        assertThat(link.thaw()).isTrue();
        assertThat(link.thaw()).isFalse();
    }

    static ProcessSpec program(String... arguments) {
        return new ProcessSpec(List.of(arguments), Map.of(), "", "agent", Optional.empty(), ProcessLimits.NONE);
    }

    static void assertFails(HostErrorCode code, ThrowingCallable action) {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(action)
                .satisfies(problem ->
                        assertThat(problem.code()).as(problem.getMessage()).isEqualTo(code));
    }

    /** Takes the first piece and no more. */
    private record Blocking(CountDownLatch hold, AtomicLong taken) implements Guest.OutputListener {
        @Override
        public void stdout(byte[] data) {
            taken.incrementAndGet();
            try {
                assertThat(hold.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void stderr(byte[] data) {}
    }

    /** Collects what is printed. */
    static final class Output implements Guest.OutputListener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void stdout(byte[] data) {
            bytes.writeBytes(data);
        }

        @Override
        public synchronized void stderr(byte[] data) {
            bytes.writeBytes(data);
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }

        synchronized String text() {
            return bytes.toString(UTF_8);
        }
    }

    /** Collects what a watch says. */
    static final class Watched implements Guest.WatchListener {
        final List<String> events = java.util.Collections.synchronizedList(new ArrayList<>());
        final List<String> ends = java.util.Collections.synchronizedList(new ArrayList<>());

        @Override
        public void event(Guest.WatchKind kind, GuestPath path) {
            events.add(kind + " " + path);
        }

        @Override
        public void ended(String reason) {
            ends.add(reason);
        }
    }
}
