package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TryLabel;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.sandbox.GuestSession;
import dev.mulligan.host.sandbox.SandboxWorkspaces;
import dev.mulligan.host.sandbox.Workspace;
import dev.mulligan.host.sandbox.WorkspaceRequest;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.change.BoundedEntries;
import dev.mulligan.host.workspace.change.ChangeLimits;
import dev.mulligan.host.workspace.pack.LeftOut;
import dev.mulligan.host.workspace.pack.PackReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The folders of a task's scope: shown in its sandbox before it begins, and what it wrote taken over at its end. */
final class TaskFolders {
    private static final int TOLD = 10;
    /** For all that was written to one folder to come over. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Task task;
    private final ResolvedScope scope;
    private final TaskParts parts;
    private final SandboxWorkspaces workspaces;

    TaskFolders(Task task, ResolvedScope scope, TaskParts parts) {
        this.task = task;
        this.scope = scope;
        this.parts = parts;
        this.workspaces = parts.workspaces();
    }

    /** Packs and shows each, and nothing else: what an earlier task of the sandbox was granted is shown no more. */
    void show(GuestSession session) {
        SandboxId sandbox = session.sandbox().id();
        for (Workspace former : workspaces.list(sandbox)) {
            hide(session, former);
        }
        workspaces.detachForgotten(sandbox, Optional.of(task.id()), task.actor());
        for (Folder folder : scope.folders()) {
            parts.grants().require(folder);
            step("packing " + folder.path());
            WorkspaceRequest request = new WorkspaceRequest(
                    Path.of(folder.path()),
                    folder.excludes(),
                    GuestPath.of(folder.as()),
                    folder.access() == Access.WRITE);
            tell(
                    folder,
                    workspaces
                            .attach(sandbox, request, Optional.of(task.id()), task.actor())
                            .report());
        }
    }

    /** An interpreter that lives on may work in it, or hold a file of it open: then it ends. */
    private void hide(GuestSession session, Workspace former) {
        try {
            detach(former);
        } catch (HostException used) {
            if (used.code() != HostErrorCode.FILE_CONFLICT) {
                throw used;
            }
            step("ending the sessions: one of them uses " + former.path() + ", which an earlier task was granted");
            session.guest().endSessions();
            detach(former);
        }
    }

    private void detach(Workspace former) {
        workspaces.detach(former.sandbox(), former.id(), Optional.of(task.id()), task.actor());
    }

    private void tell(Folder folder, PackReport report) {
        List<LeftOut> leftOut = report.leftOut();
        leftOut.stream()
                .limit(TOLD)
                .forEach(left -> step("not in the sandbox: " + folder.path() + "/" + left.path() + " ("
                        + left.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")"));
        if (leftOut.size() > TOLD) {
            step("not in the sandbox: " + (leftOut.size() - TOLD) + " more of " + folder.path());
        }
        report.unsteady().stream()
                .limit(TOLD)
                .forEach(path -> step("changed while it was packed: " + folder.path() + "/" + path));
    }

    /** Keeps what was written, and what the scope says about it. Nothing reaches a folder yet. */
    void takeOver(SandboxId sandbox) {
        for (Workspace workspace : workspaces.list(sandbox)) {
            if (!workspace.writable()) {
                continue;
            }
            BoundedEntries told = new BoundedEntries(ChangeLimits.DEFAULT);
            workspaces.changes(sandbox, workspace.id(), task.actor(), told);
            List<UpperEntry> written = told.entries();
            if (written.isEmpty()) {
                continue;
            }
            step("taking over what was written to " + workspace.folder());
            var _ = parts.changes()
                    .record(
                            task.id(),
                            workspace.folder(),
                            workspaces.manifest(sandbox, workspace.id()),
                            written.iterator(),
                            new TimelyContent(
                                    workspaces.content(sandbox, workspace.id(), task.actor()), parts.clock(), PATIENCE),
                            new ScopedChanges(scope, workspace.folder(), isCandidate()),
                            task.actor());
        }
    }

    private boolean isCandidate() {
        return task.spec().labels().containsKey(TryLabel.KEY);
    }

    private void step(String message) {
        parts.events().append(task.id(), new EventBody.Step(message));
    }
}
