package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestPath;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder of the host to show in a sandbox.
 *
 * @param folder absolute; may be reached through links
 * @param excludes patterns of what of it does not travel, as in .gitignore
 * @param path where to show it in the guest; not "/"
 * @param writable whether it may be written to, in the sandbox
 */
public record WorkspaceRequest(Path folder, List<String> excludes, GuestPath path, boolean writable) {
    public WorkspaceRequest {
        excludes = List.copyOf(excludes);
        if (!folder.isAbsolute()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "folder of a workspace")
                    .value(folder)
                    .expected("an absolute path")
                    .remedy("resolve it first")
                    .build();
        }
        if (path.equals(GuestPath.ROOT)) {
            throw HostException.of(HostErrorCode.BAD_PATH, "place of a workspace")
                    .value(path)
                    .expected("a path below \"/\"")
                    .remedy("choose a directory such as /workspace")
                    .build();
        }
    }
}
