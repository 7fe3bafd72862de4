package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.KernelException;
import dev.mulligan.host.workspace.linux.Place;

/** How a path below a directory is found: without a link, a mount point or ".." on the way. */
@FunctionalInterface
interface Resolver {
    Place find(Place directory, RelativePath path) throws KernelException;

    /** By openat2(2); component by component where the kernel has none (Linux before 5.6, some sandboxes). */
    static Resolver inOneStep() {
        return (directory, path) -> {
            try {
                return directory.directoryBelow(path.bytes());
            } catch (KernelException failure) {
                if (failure.errno() == Errno.ENOSYS) {
                    return walk(directory, path);
                }
                throw failure;
            }
        };
    }

    /** Component by component, each of them opened in the one before, and none of them a link. */
    static Place walk(Place directory, RelativePath path) throws KernelException {
        long device = directory.status().device();
        Place at = directory;
        try {
            for (ByteString name : path.names()) {
                Place next = at.directory(name);
                if (at != directory) {
                    at.close();
                }
                at = next;
                if (at.status().device() != device) {
                    throw KernelException.of("openat", Errno.EXDEV);
                }
            }
            return at;
        } catch (KernelException failure) {
            if (at != directory) {
                at.close();
            }
            throw failure;
        }
    }
}
