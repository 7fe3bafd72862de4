package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.audit.AuditEvent;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestWorkspaces;
import dev.mulligan.host.workspace.FolderManifest;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.pack.PackedFolder;
import dev.mulligan.vm.VmManager;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** {@link SandboxWorkspaces} of sandboxes that are machines. */
final class AttachedWorkspaces implements SandboxWorkspaces {
    /** One place stays free for a rollback of paths. */
    private static final int MOST = VmManager.MAXIMUM_ATTACHMENTS - 1;

    private final SandboxContext context;
    private final Roster roster;
    private final Power power;
    private final WorkspaceDisks disks;
    private final RandomGenerator random;

    AttachedWorkspaces(
            SandboxContext context, Roster roster, Power power, WorkspaceDisks disks, RandomGenerator random) {
        this.context = context;
        this.roster = roster;
        this.power = power;
        this.disks = disks;
        this.random = random;
    }

    @Override
    public Attached attach(SandboxId id, WorkspaceRequest request, Optional<TaskId> task, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        sandbox.requireFree(task);
        try (PackedFolder folder = context.packer().pack(request.folder(), request.excludes())) {
            return sandbox.turn(() -> {
                // Again: a task may have come while this waited for its turn.
                sandbox.requireFree(task);
                requirePlace(sandbox, request);
                GuestLink link = power.ensureRunning(sandbox, actor);
                disks.unplugForgotten(sandbox, link);
                Workspace workspace = new Workspace(
                        id,
                        disks.newId(sandbox, random),
                        request.folder(),
                        request.excludes(),
                        request.path(),
                        request.writable(),
                        folder.digest(),
                        context.clock().instant());
                record("workspace.attached", workspace, task, actor);
                context.workspaces().insert(workspace);
                sandbox.used();
                disks.show(sandbox, link, workspace, folder);
                return new Attached(workspace, folder.report());
            });
        }
    }

    private void requirePlace(LiveSandbox sandbox, WorkspaceRequest request) {
        List<Workspace> attached = disks.attached(sandbox);
        attached.stream()
                .filter(other -> other.overlaps(request.path()))
                .findAny()
                .ifPresent(other -> {
                    throw HostException.of(HostErrorCode.FILE_CONFLICT, "place of a workspace")
                            .value(request.path() + ", where " + other.folder() + " is at " + other.path())
                            .expected("a place of its own, neither in another workspace nor above one")
                            .remedy("choose another path, or detach the other workspace")
                            .build();
                });
        if (attached.size() >= MOST) {
            throw HostException.of(HostErrorCode.UNSUPPORTED, "workspaces of one sandbox")
                    .value(attached.size() + 1)
                    .expected("at most " + MOST)
                    .remedy("grant a folder above several of them")
                    .build();
        }
    }

    @Override
    public void detach(SandboxId id, String workspaceId, Optional<TaskId> task, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        sandbox.turn(() -> {
            sandbox.requireFree(task);
            Workspace workspace = disks.require(sandbox, workspaceId);
            GuestLink link = power.ensureRunning(sandbox, actor);
            record("workspace.detached", workspace, task, actor);
            link.workspaces().unmount(workspaceId);
            context.workspaces().setAttached(workspace, false);
            disks.unplug(sandbox.vm(), workspaceId);
            return workspace;
        });
    }

    @Override
    public void detachForgotten(SandboxId id, Optional<TaskId> task, Actor actor) {
        LiveSandbox sandbox = roster.get(id);
        sandbox.turn(() -> {
            sandbox.requireFree(task);
            if (!disks.forgotten(sandbox).isEmpty()) {
                disks.unplugForgotten(sandbox, power.ensureRunning(sandbox, actor));
                requireNoneForgotten(sandbox);
            }
            return id;
        });
    }

    private void requireNoneForgotten(LiveSandbox sandbox) {
        List<String> forgotten = disks.forgotten(sandbox);
        if (!forgotten.isEmpty()) {
            throw HostException.of(HostErrorCode.FILE_CONFLICT, "workspace that stays in the sandbox")
                    .value(forgotten)
                    .expected("a guest that lets go of it: an attachment was cut off")
                    .remedy("end what uses it, or roll the sandbox back")
                    .build();
        }
    }

    @Override
    public List<Workspace> list(SandboxId id) {
        return disks.attached(roster.get(id));
    }

    @Override
    public FolderManifest manifest(SandboxId id, String workspaceId) {
        Workspace workspace = disks.require(roster.get(id), workspaceId);
        try (PackedFolder folder = packed(workspace)) {
            return folder.manifest();
        }
    }

    private PackedFolder packed(Workspace workspace) {
        return context.packer()
                .find(workspace.image())
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "image of a workspace")
                        .value(workspace.folder() + ", " + workspace.image())
                        .expected("what the folder was packed into")
                        .remedy("attach the folder anew")
                        .build());
    }

    @Override
    public void changes(SandboxId id, String workspaceId, Actor actor, Consumer<UpperEntry> sink) {
        if (disks.require(roster.get(id), workspaceId).writable()) {
            inGuest(id, actor, guest -> guest.changes(workspaceId, sink));
        }
    }

    @Override
    public UpperContent content(SandboxId id, String workspaceId, Actor actor) {
        Workspace workspace = disks.require(roster.get(id), workspaceId);
        return new UpperContent() {
            @Override
            public void read(List<RelativePath> paths, Receiver receiver) throws IOException {
                inGuest(id, actor, guest -> guest.read(workspaceId, paths, receiver));
            }

            @Override
            public Optional<InputStream> openPacked(RelativePath path) throws IOException {
                try (PackedFolder folder = packed(workspace)) {
                    return folder.open(path);
                }
            }
        };
    }

    /** While the sandbox is not idle. */
    private <E extends Exception> void inGuest(SandboxId id, Actor actor, GuestWork<E> work) throws E {
        LiveSandbox sandbox = roster.get(id);
        sandbox.enter(Optional.empty());
        try {
            work.run(sandbox.turn(() -> power.ensureRunning(sandbox, actor)).workspaces());
        } finally {
            sandbox.leave(Optional.empty());
        }
    }

    private interface GuestWork<E extends Exception> {
        void run(GuestWorkspaces guest) throws E;
    }

    private void record(String kind, Workspace workspace, Optional<TaskId> task, Actor actor) {
        AuditEvent event = AuditEvent.of(kind, actor)
                .withSandbox(workspace.sandbox())
                .withDetails(Map.of(
                        "workspace", workspace.id(),
                        "folder", workspace.folder().toString(),
                        "path", workspace.path().toString(),
                        "access", workspace.writable() ? "write" : "read",
                        "image", workspace.image()));
        context.audit().append(task.map(event::withTask).orElse(event));
    }
}
