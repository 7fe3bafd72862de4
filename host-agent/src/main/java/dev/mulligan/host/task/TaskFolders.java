package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.sandbox.SandboxWorkspaces;
import dev.mulligan.host.sandbox.Workspace;
import dev.mulligan.host.sandbox.WorkspaceRequest;
import dev.mulligan.host.scope.Access;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.ResolvedScope;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.pack.LeftOut;
import dev.mulligan.host.workspace.store.ChangeSetId;
import dev.mulligan.host.workspace.store.ChangeSets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The folders of a task's scope: shown in its sandbox before it begins, and what it wrote taken over at its end. */
final class TaskFolders {
    private static final int TOLD = 10;

    private final Task task;
    private final ResolvedScope scope;
    private final SandboxWorkspaces workspaces;
    private final ChangeSets changes;
    private final TaskEvents events;
    private final ChangeDecisions decisions;

    TaskFolders(Task task, ResolvedScope scope, TaskParts parts) {
        this.task = task;
        this.scope = scope;
        this.workspaces = parts.workspaces();
        this.changes = parts.changes();
        this.events = parts.events();
        this.decisions = new ChangeDecisions(task, scope, parts);
    }

    /** Packs and shows each; what an earlier task of the sandbox saw at those places is shown no more. */
    void show(SandboxId sandbox) {
        for (Folder folder : scope.folders()) {
            requireNoLink(folder.path());
            WorkspaceRequest request = new WorkspaceRequest(
                    Path.of(folder.path()),
                    folder.excludes(),
                    GuestPath.of(folder.as()),
                    folder.access() == Access.WRITE);
            for (Workspace former : workspaces.list(sandbox)) {
                if (overlap(former.path(), request.path())) {
                    workspaces.detach(sandbox, former.id(), Optional.of(task.id()), task.actor());
                }
            }
            step("packing " + folder.path());
            SandboxWorkspaces.Attached attached =
                    workspaces.attach(sandbox, request, Optional.of(task.id()), task.actor());
            tell(folder, attached.report().leftOut());
        }
    }

    private static boolean overlap(GuestPath left, GuestPath right) {
        return left.equals(right) || left.isBelow(right) || right.isBelow(left);
    }

    /** Scopes compare paths as they are written: a link on the way would lead a narrower scope elsewhere. */
    private static void requireNoLink(String folder) {
        Path path = Path.of(folder);
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException missing) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "folder of the scope")
                    .value(folder)
                    .expected("a folder of this host")
                    .remedy("correct the scope's folders")
                    .cause(missing)
                    .build();
        }
        if (!real.equals(path)) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "folder of the scope, over a symbolic link")
                    .value(folder)
                    .expected(real.toString())
                    .remedy("name it as it really is")
                    .build();
        }
    }

    private void tell(Folder folder, List<LeftOut> leftOut) {
        leftOut.stream()
                .limit(TOLD)
                .forEach(left -> step("not in the sandbox: " + folder.path() + "/" + left.path() + " ("
                        + left.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")"));
        if (leftOut.size() > TOLD) {
            step("not in the sandbox: " + (leftOut.size() - TOLD) + " more of " + folder.path());
        }
    }

    /** Keeps what was written, and does with it what the scope says. */
    void takeOver(SandboxId sandbox) {
        for (Workspace workspace : workspaces.list(sandbox)) {
            Optional<Folder> folder = writable(workspace);
            if (folder.isEmpty()) {
                continue;
            }
            List<UpperEntry> written = new ArrayList<>();
            workspaces.changes(sandbox, workspace.id(), task.actor(), written::add);
            if (written.isEmpty()) {
                continue;
            }
            step("taking over what was written to " + workspace.folder());
            ChangeSetId id = changes.record(
                    task.id(),
                    workspace.folder(),
                    workspaces.manifest(sandbox, workspace.id()),
                    written.iterator(),
                    workspaces.content(sandbox, workspace.id(), task.actor()),
                    task.actor());
            decisions.decide(changes.get(id));
        }
    }

    private Optional<Folder> writable(Workspace workspace) {
        return scope.folders().stream()
                .filter(folder -> folder.access() == Access.WRITE)
                .filter(folder -> workspace.path().equals(GuestPath.of(folder.as())))
                .findFirst();
    }

    private void step(String message) {
        events.append(task.id(), new EventBody.Step(message));
    }
}
