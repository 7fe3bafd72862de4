package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.VmId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders of the host in sandboxes, with simulated machines and guests. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class WorkspacesTest {
    @TempDir
    private Path folder;

    private SandboxFixture fixture;
    private Sandbox sandbox;

    @BeforeEach
    void create() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a");
        fixture = SandboxFixture.withoutTemplates();
        sandbox = fixture.create();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void isOnRecordThenPluggedInThenShown() {
        Workspace shown = attach("/workspace/reports", true);
        assertThat(fixture.kinds()).contains("workspace.attached");
        assertThat(workspaces().list(sandbox.id())).containsExactly(shown);
        assertThat(mounts()).containsExactly(Map.entry(shown.id(), "/workspace/reports rw"));
        assertThat(serials()).containsExactly(shown.id());
        assertThat(workspaces().manifest(sandbox.id(), shown.id()).find(RelativePath.of("a.txt")))
                .isPresent();

        workspaces().detach(sandbox.id(), shown.id(), Optional.empty(), ACTOR);
        assertThat(fixture.kinds()).contains("workspace.detached");
        assertThat(workspaces().list(sandbox.id())).isEmpty();
        assertThat(mounts()).isEmpty();
        assertThat(serials()).isEmpty();
        assertFails(HostErrorCode.NO_SUCH_FILE, () -> changes(shown));
    }

    @Test
    void withoutARecordNothingIsShownOrTakenAway() {
        Workspace shown = attach("/workspace/reports", true);
        fixture.auditWorks = false;
        assertFails(HostErrorCode.AUDIT_UNAVAILABLE, () -> attach("/workspace/more", true));
        assertFails(
                HostErrorCode.AUDIT_UNAVAILABLE,
                () -> workspaces().detach(sandbox.id(), shown.id(), Optional.empty(), ACTOR));
        fixture.auditWorks = true;
        assertThat(workspaces().list(sandbox.id())).containsExactly(shown);
        assertThat(serials()).containsExactly(shown.id());
    }

    @Test
    void tellsWhatWasWritten() throws IOException {
        Workspace shown = attach("/workspace/reports", true);
        String text = "written ".repeat(500);
        fixture.guest(sandbox).workspaces().write(shown.id(), "new", text);
        assertThat(changes(shown)).singleElement().isInstanceOf(UpperEntry.File.class);
        List<String> contents = new ArrayList<>();
        workspaces()
                .content(sandbox.id(), shown.id(), ACTOR)
                .read(
                        List.of(RelativePath.of("new")),
                        (path, content) ->
                                contents.add(path + new String(content.readAllBytes(), StandardCharsets.UTF_8)));
        assertThat(contents).containsExactly("new" + text);
        try (InputStream packed = workspaces()
                .content(sandbox.id(), shown.id(), ACTOR)
                .openPacked(RelativePath.of("a.txt"))
                .orElseThrow()) {
            assertThat(packed.readAllBytes()).containsExactly('a');
        }
    }

    /** The guest says that something was written; but it was not given anything to write to. */
    @Test
    void aReadGrantHasNoChangesWhateverTheGuestSays() {
        Workspace shown = attach("/workspace/data", false);
        fixture.guest(sandbox).workspaces().write(shown.id(), "forged", "x");
        assertThat(changes(shown)).isEmpty();
        assertThat(fixture.vms.get(machine()).attachments()).allMatch(disk -> disk.readOnly());
    }

    @Test
    void placesDoNotOverlap() {
        attach("/workspace/reports", true);
        for (String place : List.of("/workspace/reports", "/workspace", "/workspace/reports/inner")) {
            assertFails(HostErrorCode.FILE_CONFLICT, () -> attach(place, true));
        }
        assertFails(HostErrorCode.BAD_PATH, () -> attach("/", true));
        attach("/workspace/reports2", true);
    }

    @Test
    void aTaskThatHoldsTheSandboxIsNotDisturbed() {
        TaskId task = new TaskId("t-holds");
        Workspace shown = attach("/workspace/reports", true);
        try (GuestSession _ = fixture.sandboxes.open(sandbox.id(), Optional.of(task), ACTOR)) {
            assertFails(HostErrorCode.TASK_RUNNING, () -> attach("/workspace/more", true));
            assertFails(
                    HostErrorCode.TASK_RUNNING,
                    () -> workspaces().detach(sandbox.id(), shown.id(), Optional.empty(), ACTOR));
            workspaces().detach(sandbox.id(), shown.id(), Optional.of(task), ACTOR);
        }
    }

    @Test
    void whatIsInUseStays() {
        Workspace shown = attach("/workspace/reports", true);
        fixture.guest(sandbox).workspaces().setBusy(true);
        assertFails(
                HostErrorCode.FILE_CONFLICT,
                () -> workspaces().detach(sandbox.id(), shown.id(), Optional.empty(), ACTOR));
        assertThat(workspaces().list(sandbox.id())).containsExactly(shown);
        fixture.guest(sandbox).workspaces().setBusy(false);
        workspaces().detach(sandbox.id(), shown.id(), Optional.empty(), ACTOR);
    }

    @Test
    void aReturnBringsTheDisksOfThenAndShowsTheOthersAgain() {
        Workspace early = attach("/workspace/early", true);
        fixture.guest(sandbox).workspaces().write(early.id(), "x", "then");
        Checkpoint full =
                fixture.sandboxes.checkpoint(sandbox.id(), CheckpointKind.FULL, "full", Optional.empty(), ACTOR);
        Workspace late = attach("/workspace/late", true);
        fixture.guest(sandbox).workspaces().write(early.id(), "x", "later, and longer");
        fixture.guest(sandbox).workspaces().write(late.id(), "y", "later");

        fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(full.id()), ACTOR);
        assertThat(workspaces().list(sandbox.id())).containsExactlyInAnyOrder(early, late);
        assertThat(mounts()).containsOnlyKeys(early.id(), late.id());
        assertThat(changes(early))
                .singleElement()
                .satisfies(entry -> assertThat(((UpperEntry.File) entry).size()).isEqualTo(4));
        assertThat(changes(late)).isEmpty();

        workspaces().detach(sandbox.id(), early.id(), Optional.empty(), ACTOR);
        fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(full.id()), ACTOR);
        assertThat(workspaces().list(sandbox.id())).as("it was there then").contains(early);
        assertThat(serials()).contains(early.id());
    }

    @Test
    void aMachineThatBootsShowsThemAgain() {
        Workspace shown = attach("/workspace/reports", true);
        fixture.guest(sandbox).workspaces().write(shown.id(), "x", "kept");
        Checkpoint disk =
                fixture.sandboxes.checkpoint(sandbox.id(), CheckpointKind.DISK, "disk", Optional.empty(), ACTOR);
        fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(disk.id()), ACTOR);
        assertThat(mounts()).containsOnlyKeys(shown.id());
        assertThat(changes(shown)).hasSize(1);
        fixture.kill(sandbox.id());
        fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(disk.id()), ACTOR);
        assertThat(mounts()).as("after its death").containsOnlyKeys(shown.id());
    }

    @Test
    void whatIsInTheWayAfterAReturnWins() {
        Workspace first = attach("/workspace/reports", true);
        Checkpoint full =
                fixture.sandboxes.checkpoint(sandbox.id(), CheckpointKind.FULL, "full", Optional.empty(), ACTOR);
        workspaces().detach(sandbox.id(), first.id(), Optional.empty(), ACTOR);
        Workspace second = attach("/workspace/reports", true);
        assertThat(second.id()).isNotEqualTo(first.id());
        fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.machineTo(full.id()), ACTOR);
        assertThat(workspaces().list(sandbox.id())).containsExactly(first);
    }

    @Test
    void theNextHostAgentKnowsThem() {
        Workspace shown = attach("/workspace/reports", true);
        fixture.guest(sandbox).workspaces().write(shown.id(), "x", "kept");
        fixture.restart();
        assertThat(workspaces().list(sandbox.id())).containsExactly(shown);
        assertThat(changes(shown)).hasSize(1);
    }

    /** Its mount would go with it, and all that is in it be removed with what was there before. */
    @Test
    void aPathThatHoldsAWorkspaceIsNotReplacedUnderIt() {
        attach("/workspace/reports", true);
        fixture.sandboxes.checkpoint(sandbox.id(), CheckpointKind.DISK, "disk", Optional.empty(), ACTOR);
        for (String path : List.of("/workspace/reports", "/workspace")) {
            assertFails(
                    HostErrorCode.FILE_CONFLICT,
                    () -> fixture.sandboxes.rollback(sandbox.id(), SandboxFixture.paths(path), ACTOR));
        }
        assertThat(serials()).hasSize(1);
    }

    /** A host agent that was killed in the middle of an attachment leaves a disk that nobody knows. */
    @Test
    void aForgottenDiskIsUnpluggedByTheNext() {
        Workspace shown = attach("/workspace/reports", true);
        fixture.workspaces.setAttached(shown, false);
        fixture.restart();
        assertThat(workspaces().list(sandbox.id())).isEmpty();
        Workspace next = attach("/workspace/other", true);
        assertThat(serials()).containsExactly(next.id());
        assertThat(mounts()).containsOnlyKeys(next.id());
    }

    /** So that no task sees a folder that was granted to another. */
    @Test
    void aForgottenDiskIsTakenAwayBeforeATaskThatIsGrantedNothing() {
        Workspace shown = attach("/workspace/reports", true);
        workspaces().detachForgotten(sandbox.id(), Optional.empty(), ACTOR);
        assertThat(mounts()).containsOnlyKeys(shown.id());
        fixture.workspaces.setAttached(shown, false);
        fixture.restart();
        workspaces().detachForgotten(sandbox.id(), Optional.empty(), ACTOR);
        assertThat(serials()).isEmpty();
        assertThat(mounts()).isEmpty();
    }

    @Test
    void aForkShowsWhatItsParentShows() {
        try (SandboxFixture templates = new SandboxFixture()) {
            Sandbox parent = templates.create();
            SandboxWorkspaces all = templates.sandboxes.workspaces();
            Workspace shown = all.attach(
                            parent.id(),
                            new WorkspaceRequest(folder, List.of(), GuestPath.of("/workspace/reports"), true),
                            Optional.empty(),
                            ACTOR)
                    .workspace();
            templates.guest(parent).workspaces().write(shown.id(), "x", "before the fork");
            Sandbox child = templates
                    .sandboxes
                    .fork(parent.id(), new ForkRequest(1, List.of(), Map.of()), ACTOR, step -> {})
                    .getFirst();
            Workspace inherited = all.list(child.id()).getFirst();
            assertThat(inherited.id()).isEqualTo(shown.id());
            assertThat(templates.guest(child).workspaces().mounts()).containsOnlyKeys(shown.id());
            templates.guest(child).workspaces().write(shown.id(), "y", "in the fork");
            List<UpperEntry> seen = new ArrayList<>();
            all.changes(child.id(), shown.id(), ACTOR, seen::add);
            assertThat(seen).hasSize(2);
            seen.clear();
            templates.sandboxes.delete(parent.id(), true, ACTOR);
            all.changes(child.id(), shown.id(), ACTOR, seen::add);
            assertThat(seen).hasSize(2);
        }
    }

    private SandboxWorkspaces workspaces() {
        return fixture.sandboxes.workspaces();
    }

    private Workspace attach(String place, boolean writable) {
        return workspaces()
                .attach(
                        sandbox.id(),
                        new WorkspaceRequest(folder, List.of(), GuestPath.of(place), writable),
                        Optional.empty(),
                        ACTOR)
                .workspace();
    }

    private List<UpperEntry> changes(Workspace workspace) {
        List<UpperEntry> entries = new ArrayList<>();
        SandboxId id = workspace.sandbox();
        workspaces().changes(id, workspace.id(), ACTOR, entries::add);
        return entries;
    }

    private Map<String, String> mounts() {
        return fixture.guest(sandbox).workspaces().mounts();
    }

    private List<String> serials() {
        return fixture.vms.get(machine()).attachments().stream()
                .map(disk -> disk.serial())
                .toList();
    }

    private VmId machine() {
        return new VmId(sandbox.id().value());
    }
}
