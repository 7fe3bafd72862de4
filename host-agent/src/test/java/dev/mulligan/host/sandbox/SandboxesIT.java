package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.Await;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.guest.ProcessExit;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import dev.mulligan.host.real.RealHost;
import dev.mulligan.host.sandbox.RollbackResult.Outcome;
import dev.mulligan.host.sandbox.RollbackResult.RestoredPath;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

/** One real machine, from its creation over its ruin and return to its end. The tests follow one another. */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(600)
final class SandboxesIT {
    private static final int RETURNS = Integer.getInteger("mulligan.returns", 5);

    @RegisterExtension
    final TestWatcher onFailure = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            host.keepLogs("SandboxesIT-" + context.getDisplayName().replaceAll("\\W+", ""));
        }
    };

    private final RealHost host = new RealHost();
    private final SleepingClock clock = new SleepingClock();
    private final GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, clock);
    private final List<AuditEvent> audited = Collections.synchronizedList(new ArrayList<>());
    private final SqliteStore store = SqliteStore.openJournal(host.state());
    private VmManager vms = host.openMachines();
    private VmSandboxes sandboxes = open();
    private Optional<Sandbox> created = Optional.empty();

    private VmSandboxes open() {
        return VmSandboxes.open(
                vms,
                BootImages.of(host.images()),
                connector,
                event -> {
                    audited.add(event);
                    return audited.size();
                },
                store,
                host.packer(vms),
                HostCapacity.ofThisMachine(host.directory()),
                clock,
                SandboxesConfig.of(new SandboxSize(DataSize.ofMebibytes(1024), 2, DataSize.ofGibibytes(10))));
    }

    @BeforeAll
    void create() {
        long begin = System.nanoTime();
        created = Optional.of(sandboxes.create(SandboxFixture.request(), ACTOR, step -> tell(begin, step)));
        tell(begin, "ready");
    }

    private static void tell(long begin, String what) {
        System.err.printf("SandboxesIT %6d ms %s%n", (System.nanoTime() - begin) / 1_000_000, what);
    }

    @AfterAll
    void leavesNothing() {
        created.ifPresent(sandbox -> sandboxes.delete(sandbox.id(), true, ACTOR));
        assertThat(sandboxes.leftovers()).isEmpty();
        sandboxes.close();
        assertThat(vms.list()).as("not even in the pool").isEmpty();
        connector.close();
        vms.close();
        store.close();
        host.close();
    }

    private Sandbox sandbox() {
        return created.orElseThrow();
    }

    @Test
    @Order(1)
    void runsProgramsAsTheAgent() throws Exception {
        assertThat(run("agent", "true").code()).isZero();
        assertThat(run("agent", "sh", "-c", "exit 7").code()).isEqualTo(7);
        assertThat(run("agent", "id", "-un").text()).isEqualTo("agent\n");
        assertThat(run("root", "id", "-un").text()).isEqualTo("root\n");
        assertThat(run("agent", "python3", "-c", "print(sum(range(10)))").text())
                .isEqualTo("45\n");
        assertThat(run("agent", "node", "-e", "console.log(6 * 7)").text()).isEqualTo("42\n");
        assertClockIsRight();
    }

    /** Nobody would notice but by the clock. */
    @Test
    @Order(1)
    void nothingThatKeepsACloneBusyIsThere() throws Exception {
        assertThat(run("root", "sh", "-c", "cat /proc/[0-9]*/comm").text())
                .contains("systemd")
                .doesNotContain("udevd");
        assertThat(run("agent", "cat", "/sys/kernel/mm/transparent_hugepage/enabled")
                        .text())
                .contains("[never]");
        if (vms.acceleration().kind() == Acceleration.Kind.EMULATED) {
            assertThat(run("agent", "grep", "-m1", "flags", "/proc/cpuinfo").text())
                    .contains(" smap")
                    .doesNotContainPattern(" (erms|fsrm|la57|pku)\\b");
            if (Files.readString(Path.of("/proc/cpuinfo")).contains(" nonstop_tsc")) {
                assertThat(run("agent", "cat", "/sys/devices/system/clocksource/clocksource0/current_clocksource")
                                .text())
                        .isEqualTo("tsc\n");
            }
        }
    }

    @Test
    @Order(2)
    void movesFilesBothWays() throws Exception {
        GuestPath path = GuestPath.of("/home/agent/big");
        byte[] data = new byte[8 << 20];
        for (int at = 0; at < data.length; at++) {
            data[at] = (byte) (at * 31);
        }
        try (GuestSession session = session()) {
            Guest.GuestFiles files = session.guest().files();
            files.write(path, "agent", new WriteOptions(0600, false), new ByteArrayInputStream(data));
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            files.read(path, "agent", back);
            assertThat(back.toByteArray()).isEqualTo(data);
            List<String> seen = new ArrayList<>();
            assertThat(files.list(
                            GuestPath.of("/home/agent"),
                            "agent",
                            file -> seen.add(file.path().toString())))
                    .isFalse();
            assertThat(seen).contains("/home/agent/big");
            assertFails(
                    HostErrorCode.FILE_DENIED,
                    () -> files.read(GuestPath.of("/etc/shadow"), "agent", new ByteArrayOutputStream()));
            assertFails(HostErrorCode.NO_SUCH_FILE, () -> files.stat(GuestPath.of("/home/agent/none"), "agent"));
        }
    }

    @Test
    @Order(3)
    void whatStandsStillHoldsUpNobodyElse() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        try (GuestSession session = session()) {
            GuestProcess flood = session.guest().start(program("agent", "yes"), new Held(first, hold));
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            // Takes nothing of what it is fed.
            GuestProcess deaf = session.guest().start(program("agent", "sleep", "600"), new SandboxFixture.Silent());
            Thread feeder = Thread.ofVirtual().start(() -> deaf.stdin(new byte[16 << 20]));
            assertThat(run("agent", "echo", "through").text()).isEqualTo("through\n");
            assertThat(session.guest().health().kernel()).contains("linux");
            hold.countDown();
            flood.cancel();
            deaf.cancel();
            feeder.join();
        }
    }

    @Test
    @Order(4)
    void returnsAPathWhileTheMachineRuns() throws Exception {
        assertThat(run("agent", "sh", "-c", "echo good > notes; echo old > other")
                        .code())
                .isZero();
        Checkpoint disk =
                sandboxes.checkpoint(sandbox().id(), CheckpointKind.DISK, "before damage", Optional.empty(), ACTOR);
        assertThat(run("agent", "sh", "-c", "echo bad > notes; echo new > other; echo x > litter")
                        .code())
                .isZero();
        try (GuestSession session = session()) {
            GuestProcess running = session.guest().start(program("agent", "sleep", "600"), new SandboxFixture.Silent());
            long begin = System.nanoTime();
            RollbackResult result = sandboxes.rollback(
                    sandbox().id(), SandboxFixture.paths("/home/agent/notes", "/home/agent/litter"), ACTOR);
            tell(begin, "rollback of two paths");
            assertThat(result.checkpoint().id()).isEqualTo(disk.id());
            assertThat(result.paths())
                    .containsExactly(
                            new RestoredPath("/home/agent/notes", Outcome.REPLACED),
                            new RestoredPath("/home/agent/litter", Outcome.REMOVED));
            assertThat(run("agent", "cat", "notes", "other").text()).isEqualTo("good\nnew\n");
            running.signal(15);
            assertThat(running.await().signal()).isEqualTo(15);
        }
        assertThat(vms.get(machine()).attachments()).isEmpty();
    }

    @Test
    @Order(5)
    void returnsAMachineThatWasWrecked() throws Exception {
        long begin = System.nanoTime();
        sandboxes.checkpoint(sandbox().id(), CheckpointKind.FULL, "whole", Optional.empty(), ACTOR);
        tell(begin, "full checkpoint");
        try (GuestSession session = session()) {
            GuestProcess running = session.guest().start(program("agent", "sleep", "600"), new SandboxFixture.Silent());
            run("root", "rm", "-rf", "/usr");
            assertFails(HostErrorCode.NO_SUCH_PROGRAM, () -> run("agent", "python3", "-c", "print(1)"));

            long start = System.nanoTime();
            RollbackResult result = sandboxes.rollback(sandbox().id(), SandboxFixture.machine(), ACTOR);
            tell(start, "rollback of the machine, of which " + result.duration());
            assertFails(HostErrorCode.ROLLED_BACK, running::await);
            assertThat(result.before()).isPresent();
            assertThat(run("agent", "python3", "-c", "print(1)").text()).isEqualTo("1\n");
        }
        assertThat(sandboxes.get(sandbox().name()).id()).isEqualTo(sandbox().id());
        assertThat(sandboxes.get(sandbox().name()).state()).isEqualTo(SandboxState.READY);
        assertClockIsRight();
    }

    /** Half of a message may be on its way, then and now. More on request: {@code -Dmulligan.returns=500}. */
    @Test
    @Order(6)
    void returnsFromTheMiddleOfATransferIntoTheMiddleOfAnother() throws Exception {
        try (GuestSession session = session()) {
            GuestProcess then = transfer(session);
            sandboxes.checkpoint(sandbox().id(), CheckpointKind.FULL, "in the middle", Optional.empty(), ACTOR);
            then.cancel();
        }
        for (int count = 0; count < RETURNS; count++) {
            try (GuestSession session = session()) {
                GuestProcess now = transfer(session);
                long begin = System.nanoTime();
                sandboxes.rollback(sandbox().id(), SandboxFixture.machineDiscarding(), ACTOR);
                tell(begin, "rollback in the middle of a transfer");
                assertFails(HostErrorCode.ROLLED_BACK, now::await);
            }
            assertThat(run("agent", "echo", "answers").text()).isEqualTo("answers\n");
        }
    }

    /** One that has begun, and never ends. */
    private static GuestProcess transfer(GuestSession session) throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        GuestProcess yes = session.guest().start(program("agent", "yes"), new Held(first, new CountDownLatch(0)));
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        return yes;
    }

    @Test
    @Order(7)
    void goesOnAfterTheHostAgentStartedAgain() throws Exception {
        assertThat(run("agent", "sh", "-c", "echo kept > /tmp/memory").code()).isZero();
        sandboxes.close();
        vms.close();
        vms = host.openMachines();
        sandboxes = open();
        assertThat(sandboxes.get(sandbox().name()).state()).isEqualTo(SandboxState.READY);
        assertThat(run("agent", "cat", "/tmp/memory").text()).isEqualTo("kept\n");
        assertThat(sandboxes.leftovers()).isEmpty();
    }

    @Test
    @Order(8)
    void pausesAndSaves() throws Exception {
        sandboxes.pause(sandbox().id(), false, ACTOR);
        sandboxes.pause(sandbox().id(), true, ACTOR);
        assertThat(host.process(vms.get(machine()))).isEmpty();
        long begin = System.nanoTime();
        assertThat(run("agent", "cat", "/tmp/memory").text()).isEqualTo("kept\n");
        tell(begin, "from saved to an answer");
        assertClockIsRight();
    }

    @Test
    @Order(9)
    void aHostThatSleptSetsTheClockAgain() throws Exception {
        clock.fallBehind(Duration.ofMinutes(5));
        awaitGuestBehind(Duration.ofMinutes(5));
        clock.wakeUp();
        awaitGuestBehind(Duration.ZERO);
    }

    @Test
    @Order(10)
    void aKilledMachineIsRepairedByARollback() throws Exception {
        try (GuestSession session = session()) {
            GuestProcess running = session.guest().start(program("agent", "sleep", "600"), new SandboxFixture.Silent());
            assertThat(host.process(vms.get(machine())).orElseThrow().destroyForcibly())
                    .isTrue();
            assertFails(HostErrorCode.GUEST_UNREACHABLE, running::await);
            Await.until(() -> sandboxes.get(sandbox().name()).state() == SandboxState.BROKEN);
            assertThat(sandboxes.get(sandbox().name()).reason()).isNotEmpty();
            assertFails(HostErrorCode.SANDBOX_BROKEN, () -> run("agent", "true"));

            long begin = System.nanoTime();
            sandboxes.rollback(sandbox().id(), SandboxFixture.machine(), ACTOR);
            tell(begin, "rollback of a dead machine");
            assertThat(run("agent", "cat", "notes").text()).isEqualTo("good\n");
        }
        assertThat(sandboxes.leftovers()).isEmpty();
    }

    private VmId machine() {
        return new VmId(sandbox().id().value());
    }

    private void assertClockIsRight() throws InterruptedException {
        assertThat(guestSeconds()).isCloseTo(Instant.now().getEpochSecond(), within(3L));
    }

    /** Nobody asks anything of the sandbox meanwhile but this. */
    private void awaitGuestBehind(Duration lag) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(60);
        while (Math.abs(Instant.now().minus(lag).getEpochSecond() - guestSeconds()) > 30) {
            assertThat(Instant.now()).isBefore(deadline);
        }
    }

    private long guestSeconds() throws InterruptedException {
        return Long.parseLong(run("agent", "date", "+%s").text().strip());
    }

    private GuestSession session() {
        return sandboxes.open(sandbox().id(), Optional.empty(), ACTOR);
    }

    private static ProcessSpec program(String user, String... arguments) {
        ProcessLimits limits = new ProcessLimits(Optional.of(Duration.ofMinutes(3)), 0, 0, 0);
        return new ProcessSpec(List.of(arguments), Map.of(), "", user, Optional.empty(), limits);
    }

    private Ran run(String user, String... arguments) throws InterruptedException {
        long begin = System.nanoTime();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (GuestSession session = session();
                GuestProcess process = session.guest().start(program(user, arguments), new Kept(output))) {
            ProcessExit exit = process.await();
            tell(begin, String.join(" ", arguments));
            return new Ran(exit.code(), output.toString(StandardCharsets.UTF_8));
        }
    }

    private record Ran(int code, String text) {}

    private record Kept(ByteArrayOutputStream bytes) implements Guest.OutputListener {
        @Override
        public void stdout(byte[] data) {
            bytes.writeBytes(data);
        }

        @Override
        public void stderr(byte[] data) {
            bytes.writeBytes(data);
        }
    }

    /** Takes the first piece and no more. */
    private record Held(CountDownLatch first, CountDownLatch hold) implements Guest.OutputListener {
        @Override
        public void stdout(byte[] data) {
            first.countDown();
            try {
                assertThat(hold.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void stderr(byte[] data) {}
    }
}
