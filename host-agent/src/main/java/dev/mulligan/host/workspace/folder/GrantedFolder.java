package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * A folder of the host that a task was given, held open. The way to each path is found anew at each step, so that what
 * was looked at a moment ago is never taken for what is there.
 */
public final class GrantedFolder implements Closeable {
    private final OpenDirectory root;

    public GrantedFolder(OpenDirectory root) {
        this.root = root;
    }

    /** The folder itself; closing it closes the folder. */
    public OpenDirectory root() {
        return root;
    }

    /** Does something to a path's name in the directory that it is in, which must be there. */
    public <T> T at(RelativePath path, Work<T> work) throws IOException {
        if (path.parent().isEmpty()) {
            return work.run(root, path.name());
        }
        try (OpenDirectory parent = root.below(path.parent().get())) {
            return work.run(parent, path.name());
        }
    }

    /** What is at that path; empty if nothing is, or its directory is not there. */
    public Optional<FileStatus> find(RelativePath path) throws IOException {
        try {
            return at(path, OpenDirectory::find);
        } catch (KernelException failure) {
            if (isMissing(failure)) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** Whether the kernel says that there is no such path: none that leads through directories only. */
    public static boolean isMissing(KernelException failure) {
        return failure.errno() == Errno.ENOENT || failure.errno() == Errno.ENOTDIR || failure.errno() == Errno.ELOOP;
    }

    /** Opens a directory of the folder; the folder itself if {@code path} is empty. The caller closes it. */
    public OpenDirectory open(Optional<RelativePath> path) throws IOException {
        if (path.isPresent()) {
            return root.below(path.get());
        }
        return root.self();
    }

    @Override
    public void close() throws IOException {
        root.close();
    }

    /** Something to do in a directory. */
    @FunctionalInterface
    public interface Work<T> {
        T run(OpenDirectory directory, ByteString name) throws IOException;
    }
}
