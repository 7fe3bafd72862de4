package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a folder could not be changed, for whoever wanted it. */
final class FolderFailure {
    private FolderFailure() {}

    static HostException of(Path folder, IOException failure) {
        HostErrorCode code = switch (failure) {
            case EditedException _ -> HostErrorCode.FILE_CONFLICT;
            case NoSuchFileException _ -> HostErrorCode.NO_SUCH_FILE;
            case KernelException kernel when isFull(kernel.errno()) -> HostErrorCode.HOST_DISK_FULL;
            case KernelException kernel when GrantedFolder.isMissing(kernel) -> HostErrorCode.NO_SUCH_FILE;
            default -> HostErrorCode.FILE_DENIED;
        };
        return HostException.of(code, "folder that cannot be changed")
                .value(folder + ": " + failure.getMessage())
                .expected(
                        "a folder on a file system like ext4, XFS, Btrfs or tmpfs, which nobody else changes meanwhile")
                .remedy("it is as it was before, and so are others that were to be changed with it; try again")
                .cause(failure)
                .build();
    }

    private static boolean isFull(Errno errno) {
        return errno == Errno.ENOSPC || errno == Errno.EDQUOT;
    }
}
