package dev.mulligan.guest.workspace;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.files.TreeRemover;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.linux.KernelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the upper layers of workspaces are: {@code ID/upper}, with {@code ID/work} for the kernel beside it and {@code
 * ID/lower}, where the disk is mounted. Nobody but root looks into it.
 */
final class UpperLayers {
    private static final byte[] UPPER = name("upper");
    /** Not yet with the owner and the permissions that it must have. */
    private static final byte[] UNFINISHED = name("upper.new");

    private final Path root;

    private UpperLayers(Path root) {
        this.root = root;
    }

    /** @param home a directory on the disk that checkpoints cover */
    static UpperLayers below(Path home) {
        return new UpperLayers(home.resolve("workspaces"));
    }

    Path lower(String workspace) {
        return root.resolve(workspace).resolve("lower");
    }

    Path upper(String workspace) {
        return root.resolve(workspace).resolve("upper");
    }

    Path work(String workspace) {
        return root.resolve(workspace).resolve("work");
    }

    /** Makes the directories of a workspace, but for the upper layer. */
    void prepare(String workspace) throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(lower(workspace));
        Files.createDirectories(work(workspace));
    }

    /** Makes the upper layer, with the owner and the permissions of the folder below it; one that is there stays. */
    void prepareUpper(String workspace) throws IOException {
        try (Directory home = directory(root.resolve(workspace))) {
            if (home.find(UPPER).isPresent()) {
                return;
            }
            if (home.find(UNFINISHED).isPresent()) {
                TreeRemover.remove(home, UNFINISHED);
            }
            FileStatus folder = home.status(name("lower"));
            home.makeDirectory(UNFINISHED, 0700);
            home.changeOwner(UNFINISHED, folder.uid(), folder.gid());
            home.changeMode(UNFINISHED, folder.permissions());
            home.rename(UNFINISHED, home, UPPER, false);
        }
    }

    /** Opens the upper layer of a workspace; NOT_FOUND if it has none. */
    Directory open(String workspace) throws IOException {
        try {
            return directory(upper(workspace));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                throw new GuestException(
                        ErrorCode.NOT_FOUND,
                        "workspace: %s (expected: one that was mounted to be written to); mount it first"
                                .formatted(workspace),
                        e);
            }
            throw e;
        }
    }

    /** Removes all that there is of a workspace. */
    void remove(String workspace) throws IOException {
        if (Files.exists(root)) {
            try (Directory all = directory(root)) {
                if (all.find(name(workspace)).isPresent()) {
                    TreeRemover.remove(all, name(workspace));
                }
            }
        }
    }

    private static Directory directory(Path path) throws IOException {
        try (Directory top = Directory.root()) {
            return top.open(name(path.toString()), 0);
        }
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
