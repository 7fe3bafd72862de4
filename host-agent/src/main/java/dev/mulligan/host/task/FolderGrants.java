package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.scope.Folder;
import dev.mulligan.host.scope.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the folders that a scope grants are such as may be granted, on this host and at this moment. */
public final class FolderGrants {
    private final Path state;

    /** @param state where the host agent keeps its files: nobody is granted those, nor what is above them */
    public FolderGrants(Path state) {
        this.state = state;
    }

    /** {@code NO_SUCH_FILE}, {@code BAD_SCOPE}. */
    void require(Scope scope) {
        scope.folders().forEach(this::require);
    }

    void require(Folder folder) {
        Path path = Path.of(folder.path());
        Path real;
        Path own;
        try {
            real = path.toRealPath();
            own = state.toRealPath();
        } catch (IOException missing) {
            throw missing(path);
        }
        if (!Files.isDirectory(real)) {
            throw missing(path);
        }
        // Scopes compare paths as they are written: a link on the way would lead a narrower scope elsewhere.
        if (!real.equals(path)) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "folder of the scope, over a symbolic link")
                    .value(path)
                    .expected(real.toString())
                    .remedy("name it as it really is")
                    .build();
        }
        if (isIn(real, own) || isIn(own, real)) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "folder of the scope, with the host agent's own files")
                    .value(path)
                    .expected("a folder that is neither in " + own + " nor above it")
                    .remedy("grant folders beside it")
                    .build();
        }
    }

    /** Also by another name of the same directory: mounted twice, or where case does not count. */
    private static boolean isIn(Path inner, Path outer) {
        for (Path above = inner; above != null; above = above.getParent()) {
            if (isSame(above, outer)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException barred) {
            return one.equals(other);
        }
    }

    private static HostException missing(Path path) {
        return HostException.of(HostErrorCode.NO_SUCH_FILE, "folder of the scope")
                .value(path)
                .expected("a folder of this host")
                .remedy("create it, or correct the scope's folders")
                .build();
    }
}
