package dev.mulligan.host.workspace.apply;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.folder.GrantedFolder;
import dev.mulligan.host.workspace.folder.OpenDirectory;
import dev.mulligan.host.workspace.linux.FileStatus;
import java.io.IOException;
import java.util.Optional;

/**
 * The directory in a granted folder where an apply keeps what it will put in place and what it took away. In the folder,
 * because only there one rename does it.
 */
final class Staging {
    private final GrantedFolder folder;
    private final ByteString name;

    Staging(GrantedFolder folder, String name) {
        this.folder = folder;
        this.name = ByteString.copyFromUtf8(name);
    }

    /** What step {@code number} puts in place; after an exchange, what stood there. */
    static ByteString fresh(int number) {
        return ByteString.copyFromUtf8("n" + number);
    }

    /** What step {@code number} took away. */
    static ByteString old(int number) {
        return ByteString.copyFromUtf8("o" + number);
    }

    void create() throws IOException {
        folder.root().createDirectory(name);
    }

    boolean exists() throws IOException {
        Optional<FileStatus> found = folder.root().find(name);
        return found.isPresent() && found.get().type() == FileStatus.Type.DIRECTORY;
    }

    OpenDirectory open() throws IOException {
        return folder.root().below(RelativePath.ofBytes(name));
    }

    /** Removes it with all that is in it: of that, everything has another place by now. */
    void remove() throws IOException {
        if (!exists()) {
            return;
        }
        try (OpenDirectory staging = open()) {
            for (ByteString one : staging.names()) {
                staging.removeFile(one);
            }
        }
        folder.root().removeDirectory(name);
    }
}
