package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.pack.PackReport;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Folders of the host in sandboxes: a packed copy on a read-only disk, and below a layer of the sandbox's own if it may be
 * written to. Nothing here writes to the host's folders. Blocking, and recorded before it happens, as in {@link
 * Sandboxes}.
 *
 * <p>What a sandbox shows outlives pause, save, checkpoints and the host agent, and forks have it too. After a return of
 * the machine it shows what it showed then, and whatever was attached since, unless that is in the way: with what had been
 * written by then, which may be nothing.
 */
public interface SandboxWorkspaces {
    /**
     * Packs a folder and shows it. {@code NO_SUCH_FILE}, {@code FILE_DENIED}, {@code HOST_DISK_FULL} for the folder;
     * {@code FILE_CONFLICT} if another workspace is at that place, above or below it; {@code TASK_RUNNING} if a task holds
     * the sandbox that is not {@code task}; {@code UNSUPPORTED} for more than {@value
     * dev.mulligan.vm.VmManager#MAXIMUM_ATTACHMENTS} less one.
     *
     * @param task on whose behalf
     */
    Attached attach(SandboxId sandbox, WorkspaceRequest request, Optional<TaskId> task, Actor actor);

    /** A workspace that is shown now, and how its folder was packed. */
    record Attached(Workspace workspace, PackReport report) {}

    /**
     * Shows it no more; what was written to it is gone. {@code NO_SUCH_FILE} if there is none of that id, {@code
     * FILE_CONFLICT} while a program uses it.
     */
    void detach(SandboxId sandbox, String workspace, Optional<TaskId> task, Actor actor);

    /**
     * Takes away what an attachment that was cut off has left in the sandbox, so that it shows what {@link #list} names and
     * nothing else. {@code FILE_CONFLICT} if the guest does not let go of it.
     */
    void detachForgotten(SandboxId sandbox, Optional<TaskId> task, Actor actor);

    /** Those of a sandbox, by id. */
    List<Workspace> list(SandboxId sandbox);

    /** What the folder held when it was packed: what the guest was shown. */
    FolderManifest manifest(SandboxId sandbox, String workspace);

    /**
     * What was written since, as the guest tells it, in path order: costs what was written. Nothing for a workspace that
     * cannot be written to, whatever the guest may say. Complete only if no program of the sandbox is writing.
     */
    void changes(SandboxId sandbox, String workspace, Actor actor, Consumer<UpperEntry> sink);

    /** Reads what {@link #changes} told of, and what was packed; the sandbox is in use while a file is read. */
    UpperContent content(SandboxId sandbox, String workspace, Actor actor);
}
