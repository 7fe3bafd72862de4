package dev.mulligan.host.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostDirectories;
import dev.mulligan.host.Shell;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.guest.Await;
import dev.mulligan.proto.host.v1.FindLeftoversResponse;
import dev.mulligan.vm.GuestFactory;
import dev.mulligan.vm.InMemoryVmManager;
import dev.mulligan.vm.Specs;
import dev.mulligan.vm.VmId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no sandbox owns is found and named without a host agent, and what somebody is at work on is not. */
final class LeftoversTest {
    private final HostDirectories directories;
    private final Path proc;
    private final LockTable locks;
    private final ProcessTable processes;

    LeftoversTest(@TempDir Path directory) {
        this.directories = new HostDirectories(directory.resolve("state"));
        this.proc = directory.resolve("proc");
        this.locks = new LockTable(proc);
        this.processes = new ProcessTable(proc);
    }

    @BeforeEach
    void quietMachine() throws IOException {
        directories.create();
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("locks"), "");
        Files.writeString(proc.resolve("self/mountinfo"), "");
    }

    @Test
    void whatTheHostAgentTellsIsNamedOnceWithItsRemedy() {
        FindLeftoversResponse found = FindLeftoversResponse.newBuilder()
                .addLeftovers(FindLeftoversResponse.Leftover.newBuilder()
                        .setKind("domain")
                        .setName("mulligan-sb-x")
                        .setRemedy("virsh undefine"))
                .build();
        Search search = () -> List.of(
                new Stray("domain", "mulligan-sb-x", "seen from here", "virsh destroy"),
                new Stray("mount", "/a", "nobody needs it", "umount /a"));
        assertThat(new LeftoversCheck(List.of(search), Optional.of(found)).run())
                .containsExactly(
                        Finding.warn("leftovers", "domain mulligan-sb-x", "virsh undefine"),
                        Finding.warn("leftovers", "mount /a", "nobody needs it; umount /a"));
    }

    @Test
    void aSearchThatIsNotAllowedIsSaidAndStopsNoOther() {
        Search denied = () -> {
            throw new IOException("no");
        };
        Search search = () -> List.of(new Stray("process", "7", "alone", "kill 7"));
        assertThat(new LeftoversCheck(List.of(denied, search), Optional.empty()).run())
                .extracting(Finding::detail)
                .containsExactly("cannot be looked for everywhere: java.io.IOException: no", "process 7");
        assertThat(new LeftoversCheck(List.of(), Optional.empty())
                        .run()
                        .getFirst()
                        .level())
                .isEqualTo(Finding.Level.OK);
    }

    @Test
    void processesWhoseMachineIsGone() throws IOException {
        Path machines = directories.machines();
        Files.createDirectories(machines.resolve("sb-there"));
        process("10", "/usr/bin/qemu-system\0-drive\0file=" + machines + "/sb-there/disk\0");
        process("11", "/usr/bin/qemu-system\0-drive\0file=" + machines + "/sb-gone/disk\0");
        process("12", "less\0" + machines + "/sb-gone/qemu.log\0");
        process("13", "");
        assertThat(new ProcessSearch(machines, processes).find())
                .containsExactly(new Stray(
                        "process", "11", "QEMU of the machine " + machines + "/sb-gone, which is gone", "kill 11"));
    }

    @Test
    void socketsOnWhichNobodyListens() throws IOException {
        Files.writeString(directories.lock(), "1\n");
        SocketSearch search = new SocketSearch(directories, locks);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directories.socket()));
            assertThat(search.find()).isEmpty();
        }
        // A process that another test was just starting has inherited the socket, for a moment.
        Await.until(() -> !HostClient.answers(directories.socket()));
        assertThat(search.find())
                .singleElement()
                .returns("socket", Stray::kind)
                .returns(directories.socket().toString(), Stray::name);
        hold(directories.lock());
        assertThat(search.find()).as("its owner is just starting").isEmpty();
    }

    @Test
    void whatIsCutOffOrUnneededAmongTheMachines() throws IOException {
        Path machines = directories.machines();
        Path whole = machine(machines, "sb-whole");
        Path stray = Files.createDirectory(machines.resolve("stray"));
        Path defining = Files.createDirectory(machines.resolve(".defining-sb-1"));
        Path broken = Files.createDirectory(machines.resolve("sb-broken"));
        Files.writeString(broken.resolve("vm.json"), "{\"format\":");
        for (String file : List.of("layer-73.qcow2", "memory-74.save")) {
            Files.createFile(whole.resolve("files").resolve(file));
        }
        socket(whole.resolve("port.sock"));

        MachineSearch search = new MachineSearch(machines, locks, processes);
        assertThat(search.find())
                .extracting(found -> found.kind() + " " + found.name())
                .containsExactly(
                        "directory " + defining,
                        "directory " + broken,
                        "layer " + whole.resolve("files/layer-73.qcow2"),
                        "memory " + whole.resolve("files/memory-74.save"),
                        "directory " + stray,
                        "socket " + whole.resolve("port.sock"));
        process("10", "qemu-system\0-drive\0file=" + whole + "/files/layer-1.qcow2\0");
        assertThat(search.find()).extracting(Stray::kind).doesNotContain("socket");
        hold(machines.resolve(".lock"));
        assertThat(search.find()).as("a host agent is at work there").isEmpty();
    }

    private static Path machine(Path machines, String id) {
        try (InMemoryVmManager vms = new InMemoryVmManager(machines, GuestFactory.silent())) {
            var _ = vms.define(Specs.any(new VmId(id)));
        }
        return machines.resolve(id);
    }

    @Test
    void whatKilledBuildsOfImagesLeft() throws IOException {
        Path building = Files.createDirectory(directories.images().resolve(".building-1"));
        Path deleting = Files.createDirectory(directories.images().resolve(".deleting-2"));
        Files.createDirectory(directories.images().resolve("0".repeat(64)));
        Files.createFile(directories.images().resolve(".lock"));
        ImageSearch search = new ImageSearch(directories.images(), locks);
        assertThat(search.find()).extracting(Stray::name).containsExactly(building.toString(), deleting.toString());
        hold(directories.images().resolve(".lock"));
        assertThat(search.find()).as("a build is at work").isEmpty();
    }

    @Test
    void whatKilledBenchmarksLeft() throws IOException {
        Files.createDirectory(directories.state().resolve("bench-20"));
        Path left = Files.createDirectory(directories.state().resolve("bench-21"));
        Files.createDirectory(directories.state().resolveSibling("mulligan-bench-20"));
        Path beside = Files.createDirectory(directories.state().resolveSibling("mulligan-bench-21"));
        process("20", "/usr/bin/java\0bench\0");
        process("21", "another\0");
        assertThat(new BenchSearch(directories.state(), processes).find())
                .containsExactly(
                        new Stray("directory", left.toString(), "its benchmark has ended", "rm -r " + left),
                        new Stray("directory", beside.toString(), "its benchmark has ended", "rm -r " + beside));
    }

    @Test
    void mountsButNoVolumes() throws IOException {
        Path state = directories.state().toRealPath();
        Files.createFile(directories.images().resolve(".lock"));
        Files.writeString(
                proc.resolve("self/mountinfo"),
                mount(Path.of("/"))
                        + mount(state)
                        + mount(state.resolve("machines"))
                        + mount(state.resolveSibling("state-of-another"))
                        + mount(state.resolve("images/.building-1/proc"))
                        + mount(state.resolve("with blank")));
        MountSearch search = new MountSearch(directories, proc, locks);
        assertThat(search.find())
                .extracting(Stray::name)
                .containsExactly(state + "/with blank", state + "/images/.building-1/proc");
        hold(directories.images().resolve(".lock"));
        assertThat(search.find()).extracting(Stray::name).containsExactly(state + "/with blank");
    }

    @Test
    void domainsWhoseMachineOrBenchmarkIsGone() throws IOException {
        Files.createDirectory(directories.machines().resolve("sb-there"));
        Shell.program(directories.run().resolve("virsh"), """
                #!/bin/sh
                case "$4 $5" in
                  "list --all") printf '%%s\\n' mulligan-sb-there-1 mulligan-sb-gone-2 mulligan-other other \
                mulligan-bench-peer-20 ;;
                  "metadata mulligan-sb-there-1") echo "<machine id='sb-there' machines='%1$s'/>" ;;
                  "metadata mulligan-sb-gone-2") echo '<machine id="sb-gone" machines="%1$s"/>' ;;
                  "dumpxml mulligan-bench-peer-20") echo "<source file='%2$s/bench-20/virsh/disk'/>" ;;
                  *) exit 1 ;;
                esac
                """.formatted(directories.machines(), directories.state()));
        DomainSearch search =
                new DomainSearch(new Programs(directories.run().toString()), directories.state(), processes);
        assertThat(search.find())
                .extracting(Stray::kind, Stray::name)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("domain", "mulligan-sb-gone-2"),
                        org.assertj.core.groups.Tuple.tuple("domain", "mulligan-bench-peer-20"));
        process("20", "java\0");
        assertThat(search.find()).extracting(Stray::name).containsExactly("mulligan-sb-gone-2");
    }

    @Test
    void aLockIsSeenWhoeverHoldsIt() throws IOException, InterruptedException {
        Path file = Files.createFile(directories.run().resolve("lock"));
        LockTable kernel = new LockTable(Path.of("/proc"));
        assertThat(kernel.held(file)).isFalse();
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(kernel.held(file)).isTrue();
        }
        assertThat(kernel.held(file)).isFalse();
        assertThat(kernel.held(directories.run().resolve("missing"))).isFalse();
        assertThat(new LockTable(directories.run()).held(file)).as("unknown").isTrue();
    }

    private static void socket(Path path) throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(path));
        }
    }

    private void process(String id, String arguments) throws IOException {
        Files.writeString(Files.createDirectories(proc.resolve(id)).resolve("cmdline"), arguments);
    }

    private void hold(Path file) throws IOException {
        Files.writeString(
                proc.resolve("locks"),
                "1: POSIX  ADVISORY  WRITE 42 fe:00:" + Files.getAttribute(file, "unix:ino") + " 0 EOF\n");
    }

    private static String mount(Path point) {
        return "36 35 98:0 / " + point.toString().replace(" ", "\\040") + " rw,noatime - ext4 /dev/root rw\n";
    }
}
