package dev.mulligan.host.real;

import static dev.mulligan.host.real.Hand.call;
import static dev.mulligan.host.real.Hand.shellScope;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.proto.host.v1.Access;
import dev.mulligan.proto.host.v1.Apply;
import dev.mulligan.proto.host.v1.CallResult.Outcome;
import dev.mulligan.proto.host.v1.Folder;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.Scope;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.ToolCall;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant 1: the host decides. Root in a real guest attacks whatever it can reach: disks, devices, the guest agent, the
 * port; and changes nothing. One machine for all; after each test nothing is left that no sandbox owns, and the record is
 * whole.
 *
 * <p>What root can do: leave the cgroup of its call, and with it the call's limits of memory, processor time and
 * processes. The machine's own bound it then.
 */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class Invariant1TheHostDecidesIT {
    private static final String SANDBOX = "work";
    private static final String PORT = "/dev/virtio-ports/dev.mulligan.guest.0";
    /** Out of the reach of whatever ends with the call. */
    private static final String APART = "systemd-run --quiet --collect bash -c ";

    /** Where an EROFS image says that it is one, and how. */
    private static final int SUPERBLOCK = 1024;

    private static final int MAGIC = 0xE2E1F5E0;

    private final HostAgentTrial trial = new HostAgentTrial();
    private final Hand hand = trial.hand();
    private final Path data = trial.directory().resolve("data");

    @BeforeAll
    void start() throws Exception {
        Trees.write(data.resolve("file"), "as it was\n");
        trial.start();
        hand.create(SANDBOX);
    }

    @AfterEach
    void leavesNothingAndTheRecordIsWhole() throws Exception {
        trial.requireWholeAndClean();
        assertThat(hand.shell(SANDBOX, "echo through")).isEqualTo("through\n");
    }

    @AfterAll
    void end() throws Exception {
        trial.end("Invariant1TheHostDecidesIT");
    }

    @Test
    void rootFindsNoWayOut() throws Exception {
        assertThat(hand.shell(SANDBOX, true, "ls /sys/class/net; tail -n +2 /proc/net/route"))
                .as("network cards and routes")
                .isEqualTo("lo\n");
        // Network card, 9P, vsock, virtio-fs: nothing that leads to the host, but the one port.
        assertThat(hand.shell(SANDBOX, true, "cat /sys/bus/virtio/devices/*/device")
                        .lines())
                .as("virtio devices")
                .isNotEmpty()
                .doesNotContain("0x0001", "0x0009", "0x0013", "0x001a");
        assertThat(hand.shell(SANDBOX, true, "cat /sys/bus/pci/devices/*/class").lines())
                .as("network controllers")
                .isNotEmpty()
                .noneMatch(code -> code.startsWith("0x02"));
        assertThat(hand.shell(SANDBOX, true, "ls /dev/virtio-ports")).isEqualTo("dev.mulligan.guest.0\n");
        assertThat(hand.shell(SANDBOX, true, "find / -xdev -name host.sock; ls " + data + " 2>&1"))
                .contains("No such file");
    }

    @Test
    void rootWritesNothingToAReadGrant() throws Exception {
        Map<String, String> before = Trees.snapshot(data);
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope()
                        .addFolders(Folder.newBuilder()
                                .setPath(data.toString())
                                .setSandboxPath("/workspace/data")
                                .setAccess(Access.READ))
                        .setApply(Apply.APPLY_AUTO),
                root("device=$(findmnt -no SOURCE /workspace/data); id=$(lsblk -no SERIAL $device); "
                        + "mount -o remount,rw /workspace/data; echo spoilt > /workspace/data/file; "
                        + "blockdev --setrw $device; dd if=/dev/zero of=$device bs=4096 count=4 oflag=direct; "
                        + "umount /workspace/data; mkdir -p /var/lib/mulligan/workspaces/$id/{upper,work,lower}; "
                        + "echo forged > /var/lib/mulligan/workspaces/$id/upper/file; "
                        + "mount -t erofs -o ro $device /workspace/data && cat /workspace/data/file")));

        assertThat(task.getState()).as(task.getReason()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(Trees.snapshot(data)).isEqualTo(before);
        for (Path image : images()) {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
                file.seek(SUPERBLOCK);
                assertThat(file.readInt()).as("what root overwrote with zeros").isEqualTo(MAGIC);
            }
        }
    }

    private List<Path> images() throws IOException {
        try (var files = Files.list(trial.state().resolve("workspaces"))) {
            List<Path> images =
                    files.filter(file -> file.toString().endsWith(".erofs")).toList();
            assertThat(images).isNotEmpty();
            return images;
        }
    }

    @Test
    void timeEndsACallWhoseGuestAgentRootHasStopped() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope(),
                root("touch /root/mark; pkill -STOP -f mulligan-guest-agent.jar; sleep 1000")
                        .setTime(seconds(3))));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.TIME_LIMIT);
        assertThat(task.getResults(0).getDuration().getSeconds()).isLessThan(60);
        requireReturned(task);
    }

    @Test
    void whoKillsTheGuestAgentEndsItsOwnCall() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope(),
                root("touch /root/mark; " + APART + "'sleep 1; pkill -KILL -f mulligan-guest-agent.jar'; sleep 1000")
                        .setTime(seconds(120))));

        assertThat(task.getState()).isIn(TaskState.FAILED, TaskState.INTERRUPTED);
        requireReturned(task);
    }

    /** Root puts something else in the guest agent's place, which says whatever it likes: here, noise. */
    @Test
    void whoSpeaksInThePlaceOfTheGuestAgentIsNotBelieved() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope(),
                root("touch /root/mark; " + APART + "'systemctl stop mulligan-guest; cat /dev/urandom > " + PORT
                                + "'; sleep 1000")
                        .setTime(seconds(5))));

        assertThat(task.getState()).isIn(TaskState.FAILED, TaskState.INTERRUPTED);
        requireReturned(task);
    }

    /** The board ejects what it is told to, and the host is not asked: the disk, or all that it has. */
    @ParameterizedTest
    @ValueSource(strings = {"$(basename $(readlink -f /sys/block/vda/device/..))", "0000:00:"})
    void whoThrowsItsDevicesOutIsRolledBack(String address) throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope(),
                root("touch /root/mark; sync; thrown=" + address + "; for slot in /sys/bus/pci/slots/*; do "
                                + "read -r at < $slot/address; "
                                + "case $at. in ${thrown%.*}*) echo 0 > $slot/power;; esac; done; sleep 1000")
                        .setTime(seconds(5))));

        assertThat(task.getState()).isIn(TaskState.FAILED, TaskState.INTERRUPTED);
        requireReturned(task);
    }

    @Test
    void rootDoesNotOutrunTheOutputLimit() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope().setLimits(Limits.newBuilder().setOutputBytes(1 << 20)),
                root("echo $$ > /sys/fs/cgroup/cgroup.procs; yes | head -c 10G")));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.OUTPUT_LIMIT);
        // What came before it was stopped is counted, and of that a megabyte kept.
        assertThat(task.getResults(0).getOutputBytes()).isLessThan(1L << 30);
    }

    /** Not those of the call: they are the guest kernel's, whom root may tell otherwise. */
    @Test
    void memoryAndProcessorsOfTheMachineHoldRoot() throws Exception {
        Task task = hand.ended(hand.dispatch(
                SANDBOX,
                rootScope().setLimits(Limits.newBuilder().setMemoryBytes(64 << 20)),
                root("echo $$ > /sys/fs/cgroup/cgroup.procs; python3 -c 'x = b\"x\" * (100 << 20); print(len(x))'"),
                root("for cpu in /sys/devices/system/cpu/cpu*/online; do echo 1 > $cpu; done; "
                        + "for block in /sys/devices/system/memory/memory*/state; do echo online > $block; done; true"),
                root("echo $$ > /sys/fs/cgroup/cgroup.procs; python3 -c 'x = bytearray(8 << 30)'")));

        assertThat(task.getResultsList())
                .extracting("outcome")
                .startsWith(Outcome.OK, Outcome.OK)
                .last()
                .isNotEqualTo(Outcome.OK);
        Sandbox sandbox = trial.agent()
                .client()
                .sandboxes(Patience.ANSWER)
                .get(GetSandboxRequest.newBuilder().setSandbox(SANDBOX).build())
                .getSandbox();
        long total = Long.parseLong(
                hand.shell(SANDBOX, "grep MemTotal /proc/meminfo").replaceAll("\\D", ""));
        assertThat(total << 10).isLessThanOrEqualTo(sandbox.getSize().getMemoryBytes());
        assertThat(hand.shell(SANDBOX, "nproc --all"))
                .isEqualTo(sandbox.getSize().getProcessors() + "\n");
    }

    @Test
    void whatIsDeniedIsNotEvenAskedOfTheGuest() throws Exception {
        Task task = hand.ended(hand.dispatch(SANDBOX, shellScope(), root("touch /root/mark")));

        assertThat(task.getResultsList()).extracting("outcome").containsExactly(Outcome.DENIED);
        assertThat(hand.shell(SANDBOX, true, "ls /root/mark 2>&1 || true")).contains("No such file");
    }

    private void requireReturned(Task task) throws Exception {
        assertThat(task.getRolledBack()).as(task.getReason()).isTrue();
        assertThat(hand.shell(SANDBOX, true, "ls /root/mark 2>&1 || true")).contains("No such file");
    }

    private static Scope.Builder rootScope() {
        return shellScope().setRoot(true);
    }

    private static ToolCall.Builder root(String command) {
        return call(command).setRoot(true);
    }

    private static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
