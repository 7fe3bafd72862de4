package dev.mulligan.guest.workspace;

import dev.mulligan.guest.files.BytePath;
import dev.mulligan.guest.files.Directories;
import dev.mulligan.guest.files.PastViews;
import dev.mulligan.guest.linux.Descriptor;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Mount;
import dev.mulligan.guest.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writable workspaces as they were when an old disk was the guest's own: its upper layer of them, over the same disk. */
final class PastWorkspaces implements PastViews {
    private final WorkspaceMounts mounts;
    private final Path places;

    /** @param places where to mount them */
    PastWorkspaces(WorkspaceMounts mounts, Path places) {
        this.mounts = mounts;
        this.places = places;
    }

    @Override
    public List<View> open(Path oldDisk) throws IOException {
        List<View> views = new ArrayList<>();
        for (MountedWorkspace mounted : MountedWorkspace.all()) {
            String workspace = mounts.overlaid(mounted);
            if (!workspace.isEmpty()) {
                views.add(open(oldDisk, workspace, BytePath.of(mounted.point())));
            }
        }
        return views;
    }

    private View open(Path oldDisk, String workspace, BytePath place) throws IOException {
        Path root = places.resolve("past-" + workspace);
        Files.createDirectories(root);
        // A root in which the place can be: on the old disk nothing can be made.
        Mount.mount("mulligan-past", bytes(root), "tmpfs", Mount.NO_SET_USER_ID | Mount.NO_DEVICES, "mode=0700");
        try (Directory top = Directory.root();
                Directory own = top.open(bytes(root), 0)) {
            Directories.makeBelow(own, place);
            try (Descriptor there =
                    own.openBeneath(place.toByteString().substring(1).toByteArray(), Open.PATH | Open.DIRECTORY)) {
                mounts.mountPast(workspace, oldDisk, bytes(Path.of("/proc/self/fd/" + there.number())));
            }
            return new PastWorkspace(place, top.open(bytes(root), 0), root);
        }
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One that is mounted. */
    private record PastWorkspace(BytePath place, Directory root, Path mountPoint) implements View {
        @Override
        public void close() throws IOException {
            root.close();
            // All that is mounted below goes with it.
            Mount.detach(bytes(mountPoint));
            Files.delete(mountPoint);
        }
    }
}
