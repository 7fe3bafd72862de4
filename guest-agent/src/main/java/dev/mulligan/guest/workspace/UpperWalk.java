package dev.mulligan.guest.workspace;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.Errno;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.guest.linux.Open;
import dev.mulligan.guest.stream.BlockingSender;
import dev.mulligan.proto.guest.v1.Change;
import dev.mulligan.proto.guest.v1.ChangesResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Tells what is in an upper layer: the call Changes. It keeps nothing but the names of the directories that it is in, so
 * a layer of a million files costs no more memory than its largest directory.
 */
final class UpperWalk {
    private static final int BATCH = 256;
    private static final int LONGEST_PATH = 4096;
    /** Set by the kernel on a directory that hides the one below: overlayfs.rst, "whiteouts and opaque directories". */
    private static final String OPAQUE = "trusted.overlay.opaque";

    private final BlockingSender<ChangesResponse> sender;
    private final FileDigest digest = new FileDigest();
    private ChangesResponse.Builder batch = ChangesResponse.newBuilder();

    UpperWalk(BlockingSender<ChangesResponse> sender) {
        this.sender = sender;
    }

    void tell(Directory upper) throws IOException, InterruptedException {
        walk(upper, ByteString.EMPTY);
        if (batch.getChangesCount() > 0) {
            sender.send(batch.build());
        }
    }

    private void walk(Directory directory, ByteString path) throws IOException, InterruptedException {
        List<byte[]> names = directory.names(Integer.MAX_VALUE);
        names.sort(Arrays::compareUnsigned);
        for (byte[] name : names) {
            ByteString child = path.isEmpty()
                    ? ByteString.copyFrom(name)
                    : path.concat(ByteString.copyFromUtf8("/")).concat(ByteString.copyFrom(name));
            if (child.size() > LONGEST_PATH) {
                throw new GuestException(
                        ErrorCode.FAILED_PRECONDITION,
                        "change: a path of more than " + LONGEST_PATH + " bytes (expected: at most that); remove it");
            }
            try {
                tell(directory, name, ByteString.copyFrom(child.asReadOnlyByteBuffer()));
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.ELOOP && e.errno() != Errno.ENOTDIR) {
                    throw e;
                }
                // Removed, or replaced, since we read its name.
            }
        }
    }

    private void tell(Directory parent, byte[] name, ByteString path) throws IOException, InterruptedException {
        FileStatus status = parent.status(name);
        Instant modified = status.modified();
        Change.Builder change = Change.newBuilder()
                .setPath(path)
                .setMode(status.permissions())
                .setModified(Timestamp.newBuilder()
                        .setSeconds(modified.getEpochSecond())
                        .setNanos(modified.getNano()));
        if (status.isDirectory()) {
            try (Directory directory = parent.open(name, Open.NOFOLLOW)) {
                send(change.setKind(Change.Kind.DIRECTORY).setOpaque(isOpaque(directory)));
                walk(directory, path);
            }
        } else if (status.isRegular()) {
            FileDigest.Result content = digest.of(parent, name, path);
            send(change.setKind(Change.Kind.FILE).setSize(content.size()).setSha256(content.sha256()));
        } else if (status.isSymbolicLink()) {
            send(change.setKind(Change.Kind.SYMBOLIC_LINK).setLinkTarget(ByteString.copyFrom(parent.readLink(name))));
        } else {
            send(change.setKind(status.isWhiteout() ? Change.Kind.WHITEOUT : Change.Kind.OTHER));
        }
    }

    private static boolean isOpaque(Directory directory) throws KernelException {
        return directory
                .attribute(OPAQUE)
                .filter(value -> value.length == 1 && value[0] == 'y')
                .isPresent();
    }

    private void send(Change.Builder change) throws IOException, InterruptedException {
        batch.addChanges(change);
        if (batch.getChangesCount() == BATCH) {
            sender.send(batch.build());
            batch = ChangesResponse.newBuilder();
        }
    }
}
