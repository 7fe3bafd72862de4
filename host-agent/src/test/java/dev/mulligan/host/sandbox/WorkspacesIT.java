package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.guest.Await;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.GuestTimeouts;
import dev.mulligan.host.guest.ProcessSpec;
import dev.mulligan.host.guest.ProcessSpec.ProcessLimits;
import dev.mulligan.host.real.RealHost;
import dev.mulligan.host.store.SqliteStore;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

/** Folders of the host in a real machine, one after another. */
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(600)
final class WorkspacesIT {
    private static final int MANY = Integer.getInteger("mulligan.workspace.files", 100_000);
    private static final String TREE = String.join(
            "; ",
            "cd /workspace/reports",
            "echo changed > a.txt",
            "rm b.txt",
            "mv sub/old.txt sub/new.txt",
            "rm -r gone; mkdir gone; echo again > gone/fresh",
            "mkdir -p made/deep; echo new > made/deep/file",
            "chmod 600 mode.txt",
            "ln -s /etc/passwd out",
            "mkfifo pipe");

    @RegisterExtension
    final TestWatcher onFailure = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            host.keepLogs("WorkspacesIT-" + context.getDisplayName().replaceAll("\\W+", ""));
        }
    };

    private final RealHost host = new RealHost();
    private final GuestConnector connector = GuestConnector.overUnixSockets(GuestTimeouts.DEFAULT, Clock.systemUTC());
    private final SqliteStore store = SqliteStore.openJournal(host.state());
    private VmManager vms = host.openMachines();
    private VmSandboxes sandboxes = open();
    private Optional<Sandbox> created = Optional.empty();
    private Optional<Workspace> reports = Optional.empty();
    private final Path folders = host.directory().resolve("folders");

    private VmSandboxes open() {
        return VmSandboxes.open(
                vms,
                BootImages.of(host.images()),
                connector,
                event -> 1,
                store,
                host.packer(vms),
                HostCapacity.ofThisMachine(host.directory()),
                Clock.systemUTC(),
                SandboxesConfig.of(new SandboxSize(DataSize.ofMebibytes(1024), 2, DataSize.ofGibibytes(10))));
    }

    @BeforeAll
    void create() throws IOException {
        created = Optional.of(sandboxes.create(SandboxFixture.request(), ACTOR, step -> {}));
        Files.createDirectory(folders);
        Path reportsFolder = Files.createDirectory(folders.resolve("reports"));
        for (String name : List.of("a.txt", "b.txt", "mode.txt", "sub/old.txt", "gone/one", "gone/two")) {
            Path file = reportsFolder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name + "\n");
        }
        Files.createSymbolicLink(reportsFolder.resolve("link"), Path.of("/etc/hostname"));
    }

    @AfterAll
    void leavesNothing() {
        sandboxes.list(Map.of()).forEach(sandbox -> sandboxes.delete(sandbox.id(), true, ACTOR));
        assertThat(sandboxes.leftovers()).isEmpty();
        sandboxes.close();
        assertThat(vms.list()).as("those that stood ready are gone, too").isEmpty();
        connector.close();
        vms.close();
        store.close();
        host.close();
    }

    @Test
    @Order(1)
    void whatATaskWritesIsTold() throws Exception {
        Path folder = folders.resolve("reports");
        Workspace shown = attach(folder, "/workspace/reports", true);
        reports = Optional.of(shown);
        assertThat(run("agent", "cat /workspace/reports/sub/old.txt; readlink /workspace/reports/link"))
                .isEqualTo("sub/old.txt\n/etc/hostname\n");
        assertThat(changes(shown)).isEmpty();

        run("agent", TREE);

        assertThat(texts(shown))
                .containsExactly(
                        "a.txt",
                        "-b.txt",
                        "gone/ opaque",
                        "gone/fresh",
                        "made/",
                        "made/deep/",
                        "made/deep/file",
                        "mode.txt",
                        "out -> /etc/passwd",
                        "pipe?",
                        "sub/",
                        "sub/new.txt",
                        "-sub/old.txt");
        UpperEntry.File changed = (UpperEntry.File) changes(shown).getFirst();
        assertThat(changed.digest()).isEqualTo(Sha256.of(ByteString.copyFromUtf8("changed\n")));
        assertThat(content(shown, "a.txt")).isEqualTo("changed\n");
        assertThatThrownBy(() -> content(shown, "out")).isInstanceOf(HostException.class);
        try (InputStream packed = sandboxes
                .workspaces()
                .content(sandbox(), shown.id(), ACTOR)
                .openPacked(RelativePath.of("a.txt"))
                .orElseThrow()) {
            assertThat(new String(packed.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("a.txt\n");
        }
        assertThat(sandboxes.workspaces().manifest(sandbox(), shown.id()).size())
                .isEqualTo(9);
        assertThat(folder.resolve("a.txt")).hasContent("a.txt\n");
        assertThat(folder.resolve("b.txt")).exists();
    }

    /** The image is written by ourselves, and read by Linux: sizes around the borders of blocks, and many names. */
    @Test
    @Order(2)
    void theGuestReadsWhatWasPacked() throws Exception {
        Path folder = Files.createDirectory(folders.resolve("sizes"));
        Files.createDirectory(folder.resolve("many"));
        Random random = new Random(1);
        for (int size :
                List.of(0, 1, 4_031, 4_032, 4_033, 4_095, 4_096, 4_097, 8_192, 1_048_575, 1_048_577, 3_000_000)) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            Files.write(folder.resolve("size-" + size), content);
        }
        for (int number = 0; number < 3_000; number++) {
            Files.writeString(folder.resolve("many/a-rather-long-name-of-a-file-" + number), "content " + number);
        }
        Workspace shown = attach(folder, "/workspace/sizes", false);
        StringBuilder expected = new StringBuilder();
        sandboxes.workspaces().manifest(sandbox(), shown.id()).forEach((path, entry) -> {
            if (entry instanceof FolderEntry.File file) {
                expected.append(file.digest().hex()).append("  ").append(path).append('\n');
            }
        });
        assertThat(run(
                        "root",
                        "cd /workspace/sizes; LC_ALL=C; export LC_ALL; "
                                + "find . -type f -printf '%P\\n' | sort | xargs sha256sum"))
                .isEqualTo(expected.toString());
        assertThat(run("agent", "cd /workspace/sizes; stat -c '%U %a' . many size-1; ls many | wc -l"))
                .isEqualTo("agent 755\nagent 755\nagent 644\n3000\n");
        sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR);
    }

    @Test
    @Order(2)
    void namesMayBeAnyBytes() throws Exception {
        Workspace shown = attach(Files.createDirectory(folders.resolve("names")), "/workspace/names", true);
        run(
                "agent",
                "cd /workspace/names; touch \"$(printf 'new\\nline')\" \"$(printf '\\377\\033[2J')\" -- -rf 'a b'");
        assertThat(changes(shown).stream().map(entry -> entry.path().bytes()))
                .containsExactly(
                        ByteString.copyFromUtf8("-rf"),
                        ByteString.copyFromUtf8("a b"),
                        ByteString.copyFromUtf8("new\nline"),
                        ByteString.copyFrom(new byte[] {(byte) 0xff, 033, '[', '2', 'J'}));
        sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR);
        assertThat(run("agent", "ls /workspace/names")).isEmpty();
        assertThat(vms.get(new VmId(sandbox().value())).attachments()).hasSize(1);
    }

    @Test
    @Order(2)
    void manyContentsComeBackToBack() throws Exception {
        Workspace shown = attach(Files.createDirectory(folders.resolve("contents")), "/workspace/contents", true);
        run(
                "agent",
                "cd /workspace/contents; for n in $(seq 1500); do mkdir -p d$((n % 20)); echo content $n > d$((n % 20))/$n; "
                        + "done; touch empty; head -c 3000000 /dev/urandom > large");
        Map<RelativePath, Sha256> told = new LinkedHashMap<>();
        changes(shown).forEach(entry -> {
            if (entry instanceof UpperEntry.File file) {
                told.put(file.path(), file.digest());
            }
        });
        assertThat(told).hasSize(1_502);
        Map<RelativePath, Sha256> read = new LinkedHashMap<>();
        long begin = System.nanoTime();
        sandboxes
                .workspaces()
                .content(sandbox(), shown.id(), ACTOR)
                .read(
                        List.copyOf(told.keySet()),
                        (path, content) -> read.put(path, Sha256.of(ByteString.readFrom(content))));
        tell("the contents of 1,502 files", begin);
        assertThat(read).containsExactlyEntriesOf(told);
        sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR);
    }

    @Test
    @Order(3)
    void aReadGrantIsReadOnlyForRootToo() throws Exception {
        Path folder = Files.createDirectory(folders.resolve("data"));
        Files.writeString(folder.resolve("file"), "as it was\n");
        Workspace shown = attach(folder, "/workspace/data", false);
        String device =
                run("root", "readlink -f /run/mulligan/disks/" + shown.id()).strip();
        run(
                "root",
                "echo spoilt > /workspace/data/file; mount -o remount,rw /workspace/data; "
                        + "echo spoilt > /workspace/data/file; blockdev --setrw " + device + "; "
                        + "dd if=/dev/zero of=" + device + " bs=4096 count=4 conv=fsync; "
                        + "mkdir -p /var/lib/mulligan/workspaces/" + shown.id() + "/upper; "
                        + "touch /var/lib/mulligan/workspaces/" + shown.id() + "/upper/forged; true");
        assertThat(run("root", "echo 3 > /proc/sys/vm/drop_caches; cat /workspace/data/file"))
                .isEqualTo("as it was\n");
        assertThat(changes(shown)).isEmpty();
        assertThatThrownBy(() -> attach(folder, "/workspace/data/inside", true))
                .satisfies(
                        failed -> assertThat(((HostException) failed).code()).isEqualTo(HostErrorCode.FILE_CONFLICT));
        sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR);
    }

    @Test
    @Order(4)
    void aReturnOfTheMachineBringsTheWritesOfThenBack() throws Exception {
        Workspace shown = reports.orElseThrow();
        List<String> then = texts(shown);
        Checkpoint full = sandboxes.checkpoint(sandbox(), CheckpointKind.FULL, "full", Optional.empty(), ACTOR);
        Checkpoint disk = sandboxes.checkpoint(sandbox(), CheckpointKind.DISK, "disk", Optional.empty(), ACTOR);
        run("agent", "rm -rf /workspace/reports/*");
        assertThat(texts(shown)).isNotEqualTo(then);

        sandboxes.rollback(sandbox(), SandboxFixture.machineTo(full.id()), ACTOR);
        assertThat(texts(shown)).isEqualTo(then);
        assertThat(run("agent", "cat /workspace/reports/a.txt")).isEqualTo("changed\n");

        run("agent", "rm -rf /workspace/reports/*");
        sandboxes.rollback(sandbox(), SandboxFixture.machineTo(disk.id()), ACTOR);
        assertThat(texts(shown)).as("after a boot").isEqualTo(then);
        assertThat(run("agent", "cat /workspace/reports/a.txt")).isEqualTo("changed\n");
    }

    @Test
    @Order(5)
    void aReturnOverAnAttachmentAndADetachment() throws Exception {
        Checkpoint without = sandboxes.checkpoint(sandbox(), CheckpointKind.FULL, "without", Optional.empty(), ACTOR);
        Path folder = Files.createDirectory(folders.resolve("later"));
        Files.writeString(folder.resolve("file"), "later\n");
        Workspace later = attach(folder, "/workspace/later", true);
        run("agent", "echo written > /workspace/later/new");
        Checkpoint with = sandboxes.checkpoint(sandbox(), CheckpointKind.FULL, "with", Optional.empty(), ACTOR);

        sandboxes.rollback(sandbox(), SandboxFixture.machineTo(without.id()), ACTOR);
        assertThat(run("agent", "cat /workspace/later/file")).as("shown again").isEqualTo("later\n");
        assertThat(changes(later)).as("nothing had been written").isEmpty();

        sandboxes.workspaces().detach(sandbox(), later.id(), Optional.empty(), ACTOR);
        sandboxes.rollback(sandbox(), SandboxFixture.machineTo(with.id()), ACTOR);
        assertThat(texts(later)).containsExactly("new");
        assertThat(texts(reports.orElseThrow())).contains("-b.txt");
        sandboxes.workspaces().detach(sandbox(), later.id(), Optional.empty(), ACTOR);
    }

    @Test
    @Order(6)
    void aPathInAWorkspaceReturnsWhileTheMachineRuns() throws Exception {
        Workspace shown = reports.orElseThrow();
        List<String> then = texts(shown);
        sandboxes.checkpoint(sandbox(), CheckpointKind.DISK, "before damage", Optional.empty(), ACTOR);
        run(
                "agent",
                "cd /workspace/reports; echo bad > a.txt; rm mode.txt; echo litter > litter; echo > b.txt; rm -r gone");
        RollbackResult result = sandboxes.rollback(
                sandbox(),
                SandboxFixture.paths(
                        "/workspace/reports/a.txt",
                        "/workspace/reports/mode.txt",
                        "/workspace/reports/litter",
                        "/workspace/reports/b.txt",
                        "/workspace/reports/gone"),
                ACTOR);
        assertThat(result.paths())
                .extracting(path -> path.outcome().name())
                .containsExactly("REPLACED", "REPLACED", "REMOVED", "REMOVED", "REPLACED");
        assertThat(run("agent", "cd /workspace/reports; cat a.txt mode.txt gone/fresh; ls gone"))
                .isEqualTo("changed\nmode.txt\nagain\nfresh\n");
        assertThat(texts(shown)).isEqualTo(then);
        assertThat(vms.get(new VmId(sandbox().value())).attachments()).hasSize(1);
    }

    @Test
    @Order(7)
    void aForkGoesOnWithWhatWasWritten() throws Exception {
        Sandbox origin = sandboxes.get(sandbox().value());
        Sandbox fork = sandboxes
                .fork(origin.id(), new ForkRequest(1, List.of(), Map.of()), ACTOR, step -> {})
                .getFirst();
        try {
            Workspace shown = reports.orElseThrow();
            List<String> then = texts(shown);
            Workspace forked = sandboxes.workspaces().list(fork.id()).getFirst();
            run(fork.id(), "agent", "echo fork > /workspace/reports/a.txt; rm /workspace/reports/mode.txt");
            assertThat(texts(forked)).contains("-mode.txt").isNotEqualTo(then);
            assertThat(content(forked, "a.txt")).isEqualTo("fork\n");
            assertThat(texts(shown)).isEqualTo(then);
            assertThat(content(shown, "a.txt")).isEqualTo("changed\n");
        } finally {
            sandboxes.delete(fork.id(), true, ACTOR);
        }
    }

    @Test
    @Order(8)
    void goesOnAfterTheHostAgentStartedAgain() throws Exception {
        List<String> then = texts(reports.orElseThrow());
        sandboxes.pause(sandbox(), true, ACTOR);
        sandboxes.close();
        vms.close();
        vms = host.openMachines();
        sandboxes = open();
        assertThat(sandboxes.workspaces().list(sandbox())).containsExactly(reports.orElseThrow());
        assertThat(texts(reports.orElseThrow())).isEqualTo(then);
    }

    @Test
    @Order(9)
    void whatIsInUseStays() throws Exception {
        Workspace shown = reports.orElseThrow();
        try (GuestSession session = sandboxes.open(sandbox(), Optional.empty(), ACTOR);
                GuestProcess inside = session.guest()
                        .start(
                                program("agent", "cd /workspace/reports; exec sleep 600"),
                                new SandboxFixture.Silent())) {
            Await.until(() -> textOf("pgrep -x sleep").length() > 0);
            assertThatThrownBy(() -> sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR))
                    .satisfies(failed ->
                            assertThat(((HostException) failed).code()).isEqualTo(HostErrorCode.FILE_CONFLICT));
            assertThat(texts(shown)).isNotEmpty();
            inside.cancel();
        }
        Await.until(() -> textOf("pgrep -x sleep").isEmpty());
        sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR);
        assertThat(sandboxes.workspaces().list(sandbox())).isEmpty();
        assertThat(vms.get(new VmId(sandbox().value())).attachments()).isEmpty();
    }

    /** The figures are printed. The change set takes a fraction of a second; a busy machine without KVM has longer. */
    @Test
    @Order(10)
    void theCostOfAChangeSetFollowsTheChange() throws Exception {
        Path folder = Files.createDirectory(folders.resolve("large"));
        for (int number = 0; number < MANY; number++) {
            Path inner = folder.resolve("d" + number / 100);
            if (number % 100 == 0) {
                Files.createDirectory(inner);
            }
            Files.writeString(inner.resolve("file-" + number), "content " + number + "\n");
        }
        long begin = System.nanoTime();
        Workspace shown = attach(folder, "/workspace/large", true);
        tell("packing and showing " + MANY + " files", begin);
        run("agent", "cd /workspace/large; for n in 0 1 2 3 4; do echo x > d$n/new; echo x >> d$n/file-${n}00; done");
        begin = System.nanoTime();
        List<UpperEntry> changes = changes(shown);
        Duration took = tell("change set of 10 files", begin);
        assertThat(changes.stream().filter(UpperEntry.File.class::isInstance)).hasSize(10);
        assertThat(took).isLessThan(Duration.ofSeconds(5));
        begin = System.nanoTime();
        sandboxes.workspaces().detach(sandbox(), shown.id(), Optional.empty(), ACTOR);
        tell("detaching", begin);
        begin = System.nanoTime();
        Workspace again = attach(folder, "/workspace/large", true);
        tell("the same folder once more", begin);
        sandboxes.workspaces().detach(sandbox(), again.id(), Optional.empty(), ACTOR);
    }

    private static Duration tell(String what, long begin) {
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        System.err.printf("WorkspacesIT %6d ms %s%n", took.toMillis(), what);
        return took;
    }

    private SandboxId sandbox() {
        return created.orElseThrow().id();
    }

    private Workspace attach(Path folder, String path, boolean writable) {
        return sandboxes
                .workspaces()
                .attach(
                        sandbox(),
                        new WorkspaceRequest(folder, List.of(), GuestPath.of(path), writable),
                        Optional.empty(),
                        ACTOR)
                .workspace();
    }

    private List<UpperEntry> changes(Workspace workspace) {
        List<UpperEntry> entries = new ArrayList<>();
        sandboxes.workspaces().changes(workspace.sandbox(), workspace.id(), ACTOR, entries::add);
        return entries;
    }

    private List<String> texts(Workspace workspace) {
        return changes(workspace).stream().map(WorkspacesIT::text).toList();
    }

    private static String text(UpperEntry entry) {
        return switch (entry) {
            case UpperEntry.File file -> file.path().toString();
            case UpperEntry.Directory directory -> directory.path() + (directory.opaque() ? "/ opaque" : "/");
            case UpperEntry.Link link -> link.path() + " -> " + link.target();
            case UpperEntry.Removed removed -> "-" + removed.path();
            case UpperEntry.Other other -> other.path() + "?";
        };
    }

    private String content(Workspace workspace, String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sandboxes
                .workspaces()
                .content(workspace.sandbox(), workspace.id(), ACTOR)
                .read(List.of(RelativePath.of(path)), (_, content) -> content.transferTo(bytes));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static ProcessSpec program(String user, String script) {
        ProcessLimits limits = new ProcessLimits(Optional.of(Duration.ofMinutes(3)), 0, 0, 0);
        return new ProcessSpec(List.of("sh", "-c", script), Map.of(), "", user, Optional.empty(), limits);
    }

    private String run(String user, String script) throws InterruptedException {
        return run(sandbox(), user, script);
    }

    private String textOf(String script) {
        try {
            return run("agent", script);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** What it prints; what it says to people is printed here. */
    private String run(SandboxId id, String user, String script) throws InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (GuestSession session = sandboxes.open(id, Optional.empty(), ACTOR);
                GuestProcess process = session.guest().start(program(user, script), new Kept(output))) {
            process.await();
            return output.toString(StandardCharsets.UTF_8);
        }
    }

    private record Kept(ByteArrayOutputStream bytes) implements Guest.OutputListener {
        @Override
        public void stdout(byte[] data) {
            bytes.writeBytes(data);
        }

        @Override
        public void stderr(byte[] data) {
            System.err.print(new String(data, StandardCharsets.UTF_8));
        }
    }
}
