package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.workspace.pack.PackedFolder;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disks of workspaces: which are plugged in, and which should be. Everything here happens in the sandbox's turn. */
final class WorkspaceDisks {
    private static final Logger LOG = LoggerFactory.getLogger(WorkspaceDisks.class);
    private static final String PREFIX = "workspace-";

    private final SandboxContext context;

    WorkspaceDisks(SandboxContext context) {
        this.context = context;
    }

    /** A serial number that no disk of the sandbox ever had. */
    String newId(LiveSandbox sandbox, RandomGenerator random) {
        Set<String> known = context.workspaces().all(sandbox.id()).stream()
                .map(entry -> entry.workspace().id())
                .collect(Collectors.toSet());
        String id;
        do {
            id = PREFIX + String.format("%08x", random.nextInt());
        } while (known.contains(id));
        return id;
    }

    /** Those that the sandbox shows. */
    List<Workspace> attached(LiveSandbox sandbox) {
        return context.workspaces().all(sandbox.id()).stream()
                .filter(WorkspaceJournal.Entry::attached)
                .map(WorkspaceJournal.Entry::workspace)
                .toList();
    }

    /** Plugs the disk of a workspace in and shows it; if that fails, nothing is left of it. */
    void show(LiveSandbox sandbox, GuestLink link, Workspace workspace, PackedFolder folder) {
        Vm vm = sandbox.vm();
        vm.attach(new DiskAttachment(folder.image(), workspace.id(), true, DiskFormat.RAW));
        boolean shown = false;
        try {
            link.workspaces().mount(workspace.id(), workspace.path(), workspace.writable());
            shown = true;
        } finally {
            if (!shown) {
                unplug(vm, workspace.id());
            }
        }
        context.workspaces().setAttached(workspace, true);
    }

    /** Unplugs what was cut off while it was attached or detached. */
    void unplugForgotten(LiveSandbox sandbox, GuestLink link) {
        for (String serial : forgotten(sandbox)) {
            hide(link, serial);
            unplug(sandbox.vm(), serial);
        }
    }

    /** Plugged in, but not shown as far as the journal knows. */
    List<String> forgotten(LiveSandbox sandbox) {
        Set<String> wanted = attached(sandbox).stream().map(Workspace::id).collect(Collectors.toSet());
        return plugged(sandbox.vm()).stream()
                .filter(serial -> !wanted.contains(serial))
                .toList();
    }

    /** It may be shown already: the host agent was killed before it could note that. */
    private static void hide(GuestLink link, String serial) {
        try {
            link.workspaces().unmount(serial);
        } catch (HostException stays) {
            LOG.warn("workspace {} stays: {}", serial, stays.getMessage());
        }
    }

    /** {@code FILE_CONFLICT} for a path that holds a workspace: it cannot be replaced under it. */
    void requireOutside(LiveSandbox sandbox, List<GuestPath> paths) {
        for (Workspace workspace : attached(sandbox)) {
            for (GuestPath path : paths) {
                if (path.equals(workspace.path()) || workspace.path().isBelow(path)) {
                    throw HostException.of(HostErrorCode.FILE_CONFLICT, "path to roll back")
                            .value(path + ", where a folder is shown at " + workspace.path())
                            .expected("paths in that folder, or elsewhere")
                            .remedy("name what is in it, or roll back the machine")
                            .build();
                }
            }
        }
    }

    /** Unplugs one; a guest that does not let go keeps it, and {@link #unplugForgotten} tries again later. */
    void unplug(Vm vm, String serial) {
        try {
            vm.detach(serial);
        } catch (VmException stays) {
            LOG.warn("disk {} stays plugged into {}: {}", serial, vm.id(), stays.getMessage());
        }
    }

    /**
     * After a return to another time: what came back with the machine is there again, and what it did not know then is
     * shown again.
     */
    void agreeAfterReturn(LiveSandbox sandbox, GuestLink link) {
        Set<String> plugged = Set.copyOf(plugged(sandbox.vm()));
        List<WorkspaceJournal.Entry> all = context.workspaces().all(sandbox.id());
        for (WorkspaceJournal.Entry entry : all) {
            if (plugged.contains(entry.workspace().id()) && !entry.attached()) {
                context.workspaces().setAttached(entry.workspace(), true);
            }
        }
        for (WorkspaceJournal.Entry entry : all) {
            if (entry.attached() && !plugged.contains(entry.workspace().id())) {
                showAgain(sandbox, link, entry.workspace(), plugged);
            }
        }
    }

    private void showAgain(LiveSandbox sandbox, GuestLink link, Workspace workspace, Set<String> plugged) {
        boolean inTheWay = attached(sandbox).stream()
                .filter(other -> plugged.contains(other.id()))
                .anyMatch(other -> other.overlaps(workspace.path()));
        Optional<PackedFolder> folder =
                inTheWay ? Optional.empty() : context.packer().find(workspace.image());
        if (folder.isEmpty()) {
            LOG.info(
                    "workspace {} of {} is not shown after the return: {}",
                    workspace.id(),
                    sandbox.id(),
                    inTheWay ? "another one is in its place" : "its image is gone");
            context.workspaces().setAttached(workspace, false);
            return;
        }
        try (PackedFolder found = folder.get()) {
            show(sandbox, link, workspace, found);
        } catch (HostException | VmException failed) {
            LOG.warn(
                    "workspace {} of {} is not shown after the return: {}",
                    workspace.id(),
                    sandbox.id(),
                    failed.getMessage());
            context.workspaces().setAttached(workspace, false);
        }
    }

    /** The one of that id; {@code NO_SUCH_FILE}. */
    Workspace require(LiveSandbox sandbox, String id) {
        List<Workspace> attached = attached(sandbox);
        return attached.stream()
                .filter(workspace -> workspace.id().equals(id))
                .findAny()
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "unknown workspace")
                        .value(id)
                        .expected(
                                "one of " + attached.stream().map(Workspace::id).toList())
                        .build());
    }

    private static List<String> plugged(Vm vm) {
        return vm.attachments().stream()
                .map(DiskAttachment::serial)
                .filter(serial -> serial.startsWith(PREFIX))
                .toList();
    }
}
