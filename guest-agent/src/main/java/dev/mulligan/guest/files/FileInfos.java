package dev.mulligan.guest.files;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.guest.linux.Directory;
import dev.mulligan.guest.linux.FileStatus;
import dev.mulligan.guest.linux.KernelException;
import dev.mulligan.proto.guest.v1.FileInfo;
import java.time.Instant;

/** Describes files to the host. */
final class FileInfos {
    private FileInfos() {}

    /** The file {@code name} in {@code directory}, whose full path is {@code path}. */
    static FileInfo read(Directory directory, byte[] name, BytePath path) throws KernelException {
        FileStatus status = directory.status(name);
        Instant modified = status.modified();
        FileInfo.Builder info = FileInfo.newBuilder()
                .setPath(path.toByteString())
                .setType(type(status))
                .setSize(status.size())
                .setMode(status.permissions())
                .setUid(status.uid())
                .setGid(status.gid())
                .setModified(Timestamp.newBuilder()
                        .setSeconds(modified.getEpochSecond())
                        .setNanos(modified.getNano()));
        if (status.isSymbolicLink()) {
            info.setLinkTarget(ByteString.copyFrom(directory.readLink(name)));
        }
        return info.build();
    }

    private static FileInfo.Type type(FileStatus status) {
        if (status.isRegular()) {
            return FileInfo.Type.REGULAR;
        }
        if (status.isDirectory()) {
            return FileInfo.Type.DIRECTORY;
        }
        return status.isSymbolicLink() ? FileInfo.Type.SYMBOLIC_LINK : FileInfo.Type.OTHER;
    }
}
