package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.KernelException;
import java.io.IOException;
import java.util.List;

/** Makes directories. */
public final class Directories {
    private static final int MODE = 0755;
    private static final ByteString SLASH = ByteString.copyFromUtf8("/");

    private Directories() {}

    /** Like mkdir -p. FAILED_PRECONDITION if something else is in the way. */
    public static void make(Directory root, BytePath path) throws IOException {
        BytePath reached = new BytePath(List.of());
        for (ByteString component : path.components()) {
            reached = reached.child(component.toByteArray());
            makeOne(root, reached);
        }
    }

    /** The same for a path as it would be if {@code root} were the root of all; for one that holds no links. */
    public static void makeBelow(Directory root, BytePath path) throws KernelException {
        ByteString reached = ByteString.EMPTY;
        for (ByteString component : path.components()) {
            reached = reached.isEmpty() ? component : reached.concat(SLASH).concat(component);
            root.makeDirectory(reached.toByteArray(), MODE);
        }
    }

    private static void makeOne(Directory root, BytePath path) throws KernelException {
        try {
            root.makeDirectory(path.toBytes(), MODE);
        } catch (KernelException e) {
            // Below a directory where we may not write, what exists may be reached all the same.
            boolean exists = e.errno() == Errno.EEXIST || e.errno() == Errno.EACCES || e.errno() == Errno.EROFS;
            if (!exists || root.find(path.toBytes()).isEmpty()) {
                throw e;
            }
            if (!root.statusFollowing(path.toBytes()).isDirectory()) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "directory: " + path + " is something else (expected: a directory)");
            }
        }
    }
}
