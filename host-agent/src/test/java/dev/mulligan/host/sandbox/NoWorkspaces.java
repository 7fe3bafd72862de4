package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Workspaces of {@link FakeSandboxes}, which have none: tasks with folders are tested over the real ones. */
public final class NoWorkspaces implements SandboxWorkspaces {
    @Override
    public Attached attach(SandboxId sandbox, WorkspaceRequest request, Optional<TaskId> task, Actor actor) {
        throw HostException.of(HostErrorCode.UNSUPPORTED, "folders of fake sandboxes")
                .value(request.folder())
                .build();
    }

    @Override
    public void detach(SandboxId sandbox, String workspace, Optional<TaskId> task, Actor actor) {
        throw unknown(workspace);
    }

    @Override
    public void detachForgotten(SandboxId sandbox, Optional<TaskId> task, Actor actor) {}

    @Override
    public List<Workspace> list(SandboxId sandbox) {
        return List.of();
    }

    @Override
    public FolderManifest manifest(SandboxId sandbox, String workspace) {
        throw unknown(workspace);
    }

    @Override
    public void changes(SandboxId sandbox, String workspace, Actor actor, Consumer<UpperEntry> sink) {
        throw unknown(workspace);
    }

    @Override
    public UpperContent content(SandboxId sandbox, String workspace, Actor actor) {
        throw unknown(workspace);
    }

    private static HostException unknown(String workspace) {
        return HostException.of(HostErrorCode.NO_SUCH_FILE, "workspace")
                .value(workspace)
                .build();
    }
}
