package dev.mulligan.host.real;

import static dev.mulligan.host.real.ErrorReason.reason;
import static dev.mulligan.host.real.Hand.call;
import static dev.mulligan.host.real.Hand.shellScope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.guest.ForgedRequest;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.ApprovalServiceGrpc;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.Effect;
import dev.mulligan.proto.host.v1.GetApprovalRequest;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.QueryAuditRequest;
import dev.mulligan.proto.host.v1.QueryAuditResponse;
import dev.mulligan.proto.host.v1.Rule;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxState;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant 1, where a person is asked: the host waits for a person and for nobody else. One sandbox stands still, and
 * root in another one looks for a way to answer for it.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class Invariant1NobodyAnswersFromInsideIT {
    private static final String ASKING = "asking";
    private static final String HOSTILE = "hostile";
    private static final String NOTE = "/home/agent/note";
    private static final String TIME = "/home/agent/time";
    /** Long enough that a clock which stood still with the machine would show. */
    private static final Duration PAUSE = Duration.ofSeconds(6);
    /** Of the guest's clock afterwards, on a busy host without KVM. */
    private static final Duration DRIFT = Duration.ofSeconds(2);
    /** Ticks are 10 ms. QEMU's own thread looks up now and then; a guest that ran would take hundreds. */
    private static final long IDLE_TICKS = 10;

    /**
     * In the guest agent's place: makes its request at once, and again behind every knock of the host, which it answers
     * as the guest agent would. Then it puts the guest agent back.
     */
    private static final String FORGER = """
            import base64, os, re, subprocess, time
            requests = [base64.b64decode(text) for text in REQUESTS]
            time.sleep(1)
            subprocess.run(["systemctl", "stop", "mulligan-guest"], check=True)
            port = os.open("/dev/virtio-ports/dev.mulligan.guest.0", os.O_RDWR | os.O_NONBLOCK)
            made = echoed = 0
            def say(data):
                try:
                    return os.write(port, data) == len(data)
                except BlockingIOError:
                    return False
            heard, end = b"", time.monotonic() + 30
            made += say(requests[0])
            while time.monotonic() < end and (made < 7 or not echoed):
                try:
                    heard += os.read(port, 65536)
                except BlockingIOError:
                    pass
                for knock in re.findall(rb"MULLIGAN-2 [0-9a-f]{112}\\n", heard):
                    heard = b""
                    if say(knock):
                        echoed += 1
                        made += say(requests[echoed % len(requests)])
                time.sleep(0.02)
            os.close(port)
            with open("/root/forged", "w") as log:
                print(made, echoed, file=log)
            subprocess.run(["systemctl", "start", "mulligan-guest"], check=True)
            """;

    private final HostAgentTrial trial = new HostAgentTrial();
    private final Hand hand = trial.hand();

    @BeforeAll
    void start() throws Exception {
        trial.start();
        hand.create(ASKING);
        hand.create(HOSTILE);
    }

    @AfterEach
    void leavesNothingAndTheRecordIsWhole() throws Exception {
        trial.requireWholeAndClean();
    }

    @AfterAll
    void end() throws Exception {
        trial.end("Invariant1NobodyAnswersFromInsideIT");
    }

    @Test
    void rootInAnotherSandboxFindsNoWayToAnswer() throws Exception {
        Task task = dispatchAsking("rm -f " + NOTE);
        Approval asked = hand.asked(task);
        awaitPaused();

        requireNoWayToTheHost();
        ForgedRequest decide = new ForgedRequest(
                "/" + ApprovalServiceGrpc.getDecideMethod().getFullMethodName(),
                DecideApprovalRequest.newBuilder()
                        .setApprovalId(asked.getId())
                        .setDigest(asked.getDigest())
                        .setAllow(DecideApprovalRequest.Allow.getDefaultInstance())
                        .build());
        speakInThePlaceOfTheGuestAgent(List.of(decide.asClient(), decide.onStream(1), decide.onStream(2)));

        assertThat(approval(asked)).isEqualTo(asked);
        assertThat(sandbox().getState()).isEqualTo(SandboxState.PAUSED);
        assertThat(kinds(task)).endsWith("approval.asked").doesNotContain("approval.decided");

        // The very same bytes, from outside: it was the way that did not exist, not the request that was wrong.
        say(decide.asClient(), asked);
        assertThat(hand.ended(task).getState()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(kinds(task)).contains("approval.decided");
    }

    private void requireNoWayToTheHost() throws Exception {
        assertThat(hand.shell(HOSTILE, true, "ls /sys/class/net")).isEqualTo("lo\n");
        assertThat(hand.shell(HOSTILE, true, "findmnt -rno FSTYPE | sort -u").lines())
                .isNotEmpty()
                .doesNotContain("9p", "virtiofs", "nfs", "nfs4", "cifs", "fuse");
        assertThat(hand.shell(HOSTILE, true, "cat /sys/bus/virtio/devices/*/device")
                        .lines())
                .as("virtio devices: network card, 9P, vsock, virtio-fs")
                .isNotEmpty()
                .doesNotContain("0x0001", "0x0009", "0x0013", "0x001a");
        assertThat(hand.shell(HOSTILE, true, "cat /proc/net/unix; find / -xdev -name 'host.sock' 2>/dev/null"))
                .contains("/run/")
                .doesNotContain("host.sock", trial.state().toString());
        assertThat(hand.shell(HOSTILE, true, """
                        python3 - <<'END'
                        import socket
                        for family, address in (
                            (socket.AF_VSOCK, (2, 7443)), (socket.AF_INET, ("10.0.2.2", 7443)),
                            (socket.AF_INET, ("192.168.122.1", 7443)), (socket.AF_INET, ("127.0.0.1", 7443)),
                            (socket.AF_INET6, ("fe80::1", 7443))):
                            try:
                                with socket.socket(family, socket.SOCK_STREAM) as way:
                                    way.settimeout(5)
                                    way.connect(address)
                                    print("open:", address)
                            except OSError:
                                print("closed")
                        END
                        """)).isEqualTo("closed\n".repeat(5));
    }

    private void speakInThePlaceOfTheGuestAgent(List<byte[]> requests) throws Exception {
        List<String> texts = new ArrayList<>();
        for (byte[] request : requests) {
            texts.add("\"" + Base64.getEncoder().encodeToString(request) + "\"");
        }
        String forger = FORGER.replace("REQUESTS", texts.toString());
        hand.shell(
                HOSTILE,
                true,
                "cat > /root/forger.py <<'END'\n" + forger
                        + "END\nsystemd-run --quiet --collect python3 /root/forger.py");
        // It knocks, and believes nothing of what it hears; until the guest agent is back.
        String forged = "";
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        List<String> failures = new ArrayList<>();
        while (forged.isEmpty()) {
            assertThat(System.nanoTime())
                    .as("no guest agent again: " + failures)
                    .isLessThan(end);
            Thread.sleep(200);
            String[] read = {""};
            String failure = reason(() -> read[0] = hand.shell(HOSTILE, true, "cat /root/forged 2>/dev/null || true"));
            if (!failure.isEmpty()) {
                failures.add(failure);
            }
            forged = read[0];
        }
        System.err.println("Invariant1NobodyAnswersFromInsideIT: requests and echoes " + forged.strip() + ", the host: "
                + failures);
        assertThat(forged).matches("[1-9]\\d* [1-9]\\d*\n");
    }

    /** To the host agent's own socket, which is the owner's. */
    private void say(byte[] request, Approval asked) throws Exception {
        try (SocketChannel socket =
                SocketChannel.open(UnixDomainSocketAddress.of(trial.state().resolve("run/host.sock")))) {
            socket.write(ByteBuffer.wrap(request));
            // A connection that is closed at once might take the request with it.
            assertThat(socket.read(ByteBuffer.allocate(4096))).isPositive();
            Instant deadline = Instant.now().plusSeconds(60);
            while (!approval(asked).hasDecided()) {
                assertThat(Instant.now()).as("answered").isBefore(deadline);
                Thread.sleep(50);
            }
        }
    }

    @Test
    void aSandboxThatWaitsUsesNoProcessorAndHasTheRightTimeAfterwards() throws Exception {
        Task task = dispatchAsking("rm -f " + NOTE + "; date +%s.%N > " + TIME);
        Approval asked = hand.asked(task);
        awaitPaused();
        ProcessHandle machine = trial.host()
                .processBelow(
                        trial.state().resolve("machines").resolve(sandbox().getId()))
                .orElseThrow();

        long before = ticks(machine);
        Thread.sleep(PAUSE);
        long used = ticks(machine) - before;
        Instant allowed = Instant.now();
        hand.allow(asked);
        assertThat(hand.ended(task).getState()).isEqualTo(TaskState.SUCCEEDED);
        Instant ended = Instant.now();
        String[] seconds = hand.shell(ASKING, "cat " + TIME).strip().split("\\.", -1);
        Instant told = Instant.ofEpochSecond(Long.parseLong(seconds[0]), Long.parseLong(seconds[1]));
        System.err.println("Invariant1NobodyAnswersFromInsideIT: " + used + " ticks in " + PAUSE + "; the call ran "
                + Duration.between(allowed, told) + " after the answer by its own clock, and had ended "
                + Duration.between(allowed, ended) + " after it");

        assertThat(used).as("ticks of QEMU in " + PAUSE).isLessThanOrEqualTo(IDLE_TICKS);
        assertThat(told).isBetween(allowed.minus(DRIFT), ended.plus(DRIFT));
    }

    /** utime and stime: see proc(5). Behind the name, which may hold anything. */
    private static long ticks(ProcessHandle process) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private Task dispatchAsking(String command) throws Exception {
        Rule asks = Rule.newBuilder()
                .setWhen("args.command.startsWith('rm ')")
                .setThen(Effect.ASK)
                .setWhy("removes things")
                .build();
        return hand.dispatch(ASKING, shellScope().addRules(asks), call("touch " + NOTE), call(command));
    }

    private void awaitPaused() throws Exception {
        while (sandbox().getState() != SandboxState.PAUSED) {
            Thread.sleep(20);
        }
    }

    private Sandbox sandbox() throws StatusException {
        return trial.agent()
                .client()
                .sandboxes(Patience.ANSWER)
                .get(GetSandboxRequest.newBuilder().setSandbox(ASKING).build())
                .getSandbox();
    }

    private Approval approval(Approval asked) throws StatusException {
        return trial.agent()
                .client()
                .approvals(Patience.ANSWER)
                .get(GetApprovalRequest.newBuilder()
                        .setApprovalId(asked.getId())
                        .build())
                .getApproval();
    }

    private List<String> kinds(Task task) throws StatusException, InterruptedException {
        BlockingClientCall<?, QueryAuditResponse> query = trial.agent()
                .client()
                .audit(Patience.MACHINE)
                .query(QueryAuditRequest.newBuilder().setTaskId(task.getId()).build());
        List<String> kinds = new ArrayList<>();
        for (QueryAuditResponse answer = query.read(); answer != null; answer = query.read()) {
            kinds.add(answer.getEntry().getKind());
        }
        return kinds;
    }
}
